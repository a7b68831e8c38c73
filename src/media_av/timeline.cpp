// Places packets in the finished file's time.
#include "media_av/timeline.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <algorithm>

namespace rec::media {
namespace {

constexpr AVRational kNano{1, 1'000'000'000};
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kAheadNs = 10 * kSecondNs;  // more than this ahead of all tracks is a jump
constexpr std::int64_t kBackNs = kSecondNs / 2;    // more than this behind its own track is one, too
constexpr int kJitterParts = 500;  // 1/500 s: TS rounds to 1/90000 s, and encoders are no better

std::int64_t to_ns(std::int64_t ticks, TimeBase base) {
  return av_rescale_q(ticks, {base.num, base.den}, kNano);
}
std::int64_t to_ticks(std::int64_t ns, TimeBase base) {
  return av_rescale_q(ns, kNano, {base.num, base.den});
}

}  // namespace

std::int64_t distance90k(Ticks90k from, Ticks90k to) {
  std::int64_t distance = (to - from) % kWrap90k;
  if (distance < -kWrap90k / 2) distance += kWrap90k;
  if (distance >= kWrap90k / 2) distance -= kWrap90k;
  return distance;
}

Timeline::Timeline(std::vector<TrackClock> tracks) {
  for (const TrackClock& clock : tracks) {
    Track track;
    track.clock = clock;
    track.last_duration = clock.usual_duration;
    tracks_.push_back(track);
  }
}

std::int64_t Timeline::end_ns() const {
  std::int64_t end = 0;
  for (const Track& track : tracks_) end = std::max(end, to_ns(track.end, track.clock.base));
  return end;
}

// The offset becomes whole ticks of the track's clock once, so that rounding cannot make its packets jitter.
void Timeline::adopt(Track& track, std::size_t epoch) const {
  track.epoch = epoch;
  track.offset = to_ticks(epochs_[epoch], track.clock.base);
}

void Timeline::begin_run(const std::vector<RunStart>& starts) {
  std::int64_t first_ns = INT64_MAX;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (starts[i].min_pts == kNoTime) continue;
    first_ns = std::min(first_ns, to_ns(starts[i].min_pts, tracks_[i].clock.base));
  }
  std::int64_t offset = first_ns == INT64_MAX ? 0 : end_ns() - first_ns;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    // A run whose pictures are reordered further than the last one's begins to decode earlier.
    const Track& track = tracks_[i];
    if (!track.last_dts || starts[i].first_dts == kNoTime) continue;
    offset = std::max(offset, to_ns(*track.last_dts + 1 - starts[i].first_dts, track.clock.base));
  }
  epochs_.push_back(offset);
  for (Track& track : tracks_) {
    adopt(track, epochs_.size() - 1);
    track.fresh = true;
  }
}

bool Timeline::jumps(const Track& track, std::int64_t placed_dts) const {
  if (track.fresh) return false;
  const std::int64_t at = to_ns(placed_dts, track.clock.base);
  const std::int64_t own = to_ns(*track.last_dts, track.clock.base);
  // Ahead is measured from the furthest track: where only the picture was lost for a while, the sound went
  // on.
  return at > end_ns() + kAheadNs || at < own - kBackNs;
}

/// Another track has jumped already, and this packet fits behind this track's last one better with it: a jump
/// that is one for the first track may, measured from where that one is now, be just none for the other.
bool Timeline::is_in_newest_epoch(const Track& track, std::int64_t raw_dts, std::int64_t expected) const {
  if (track.epoch + 1 >= epochs_.size()) return false;
  const std::int64_t newest = to_ticks(epochs_.back(), track.clock.base);
  return std::abs(raw_dts + newest - expected) < std::abs(raw_dts + track.offset - expected);
}

void Timeline::follow_jump(Track& track, std::int64_t raw_dts) {
  if (track.epoch + 1 < epochs_.size()) {
    // Another track went over first: the same offset keeps the two together.
    const Track before = track;
    adopt(track, epochs_.size() - 1);
    if (!jumps(track, raw_dts + track.offset)) return;
    track = before;
  }
  const std::int64_t expected = *track.last_dts + track.last_duration;
  epochs_.push_back(to_ns(expected - raw_dts, track.clock.base));
  adopt(track, epochs_.size() - 1);
}

PacketTimes Timeline::place(std::size_t index, PacketTimes times) {
  Track& track = tracks_[index];
  const std::int64_t next = track.last_dts ? *track.last_dts + track.last_duration : 0;
  if (times.dts == kNoTime)
    times.dts = times.pts != kNoTime && track.clock.sound ? times.pts : next - track.offset;
  if (times.pts == kNoTime) times.pts = times.dts;
  if (!track.fresh && is_in_newest_epoch(track, times.dts, next)) adopt(track, epochs_.size() - 1);
  if (jumps(track, times.dts + track.offset)) follow_jump(track, times.dts);
  PacketTimes out{times.pts + track.offset, times.dts + track.offset, times.duration};
  if (out.duration <= 0) out.duration = track.last_duration;
  if (track.clock.sound && track.last_dts && !track.fresh) {
    const std::int64_t jitter = std::max(track.clock.base.den / track.clock.base.num / kJitterParts, 1);
    if (std::abs(out.dts - next) <= jitter) out.dts = out.pts = next;
  }
  if (track.last_dts) out.dts = std::max(out.dts, *track.last_dts + 1);
  out.pts = std::max(out.pts, out.dts);
  track.last_dts = out.dts;
  track.last_duration = out.duration;
  track.end = std::max(track.end, out.pts + out.duration);
  track.fresh = false;
  return out;
}

}  // namespace rec::media
