// Twitch's ways to say "advertisement".
#include "capture/ad_marks.hpp"

#include <algorithm>

namespace rec::capture {
namespace {

bool is_ad_range(const DateRange& range) {
  return range.start && (range.range_class == "twitch-stitched-ad" || range.id.starts_with("stitched-ad-"));
}

bool covers(const DateRange& range, Instant at) {
  if (at < *range.start) return false;
  if (range.end) return at < *range.end;
  return range.duration == Micros{0} || at < *range.start + range.duration;
}

bool is_ad(const MediaSegment& segment, const std::vector<DateRange>& ranges) {
  if (segment.title.find("Amazon") != std::string::npos) return true;
  return segment.program_date_time && std::any_of(ranges.begin(), ranges.end(), [&](const DateRange& range) {
           return covers(range, *segment.program_date_time);
         });
}

bool same_map(const MediaPlaylist& playlist, const MediaSegment& one, const MediaSegment& other) {
  if (one.map < 0 || other.map < 0) return one.map == other.map;
  const auto& first = playlist.maps[static_cast<std::size_t>(one.map)];
  const auto& second = playlist.maps[static_cast<std::size_t>(other.map)];
  return first.url == second.url && first.range == second.range;
}

}  // namespace

std::vector<SegmentMark> marks_of(const MediaPlaylist& playlist) {
  const auto& segments = playlist.segments;
  std::vector<SegmentMark> out(segments.size());
  std::vector<DateRange> ranges;
  if (playlist.twitch)
    std::copy_if(playlist.date_ranges.begin(), playlist.date_ranges.end(), std::back_inserter(ranges),
                 is_ad_range);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    out[i].ad = playlist.twitch && is_ad(segments[i], ranges);
    const bool edge =
        i > 0 && (out[i].ad != out[i - 1].ad || !same_map(playlist, segments[i], segments[i - 1]));
    out[i].discontinuity = segments[i].discontinuity && (!playlist.twitch || out[i].ad || edge);
  }
  return out;
}

}  // namespace rec::capture
