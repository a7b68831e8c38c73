// The lines of libavformat's hls.c and http.c (ffmpeg 5.1 to 7).
#include "capture/segment_trail.hpp"

#include <algorithm>
#include <charconv>

#include "capture/segment_identity.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kTrailKept = 200;
constexpr std::size_t kMostPaces = 8;
constexpr int kBegunWith = 3;  ///< segments that a run opens at once
constexpr int kEnoughForPace = 6;
constexpr std::int64_t kMostSkipped = 100'000;
constexpr Micros kLikelyLength = std::chrono::seconds{4};

std::string_view between(std::string_view text, std::string_view before, std::string_view behind) {
  const auto from = text.find(before);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + before.size());
  const auto to = text.find(behind);
  return to == std::string_view::npos ? std::string_view() : text.substr(0, to);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

/// "/live/seg", 12, ".ts"
struct NumberedName {
  std::string_view before;
  std::int64_t number = 0;
  std::string_view behind;
};
std::optional<NumberedName> numbered(std::string_view identity) {
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::size_t kMostDigits = 18;
  const auto last = identity.find_last_of(kDigits);
  if (last == std::string_view::npos || identity.find('/', last) != std::string_view::npos)
    return std::nullopt;
  const auto other = identity.find_last_not_of(kDigits, last);
  const auto first = other == std::string_view::npos ? 0 : other + 1;
  if (last + 1 - first > kMostDigits) return std::nullopt;
  return NumberedName{identity.substr(0, first), *whole_number(identity.substr(first, last + 1 - first)),
                      identity.substr(last + 1)};
}

/// How many lie between two; nullopt: the names do not say.
std::optional<std::int64_t> count_between(std::string_view one, std::string_view next) {
  const auto a = numbered(one);
  const auto b = numbered(next);
  if (!a || !b || a->before != b->before || a->behind != b->behind || b->number <= a->number)
    return std::nullopt;
  return b->number - a->number - 1;
}

bool is_playlist(std::string_view url) {
  const auto path = split_uri(url).path;
  return path.ends_with(".m3u8") || path.ends_with(".m3u");
}

}  // namespace

void SegmentTrail::begin_run() {
  for (auto& [folder, pace] : paces_) pace.opened = 0;
  context_.clear();
  opened_in_run_ = 0;
}

void SegmentTrail::go_on_from(SteadyTime newest) {
  if (!newest_) newest_ = newest;
}

std::optional<SegmentTrail::Missing> SegmentTrail::read(std::string_view line, SteadyTime now) {
  if (const auto url = between(line, "Opening '", "' for reading"); !url.empty()) {
    if (context_.empty()) context_ = between(line, "[hls @ ", "]");
    return opened(url, now);
  }
  const auto context = between(line, "[hls @ ", "]");
  if (context.empty() || context != context_) return std::nullopt;
  if (const auto count = whole_number(between(line, "skipping ", " segments ahead, expired from playlists")))
    return Missing{std::min(*count, kMostSkipped) * length_, GapCause::window_slid};
  if (line.find("failed too many times, skipping") != std::string_view::npos)
    return Missing{length_, GapCause::fetch_failed};
  return std::nullopt;
}

std::optional<SegmentTrail::Missing> SegmentTrail::opened(std::string_view url, SteadyTime now) {
  if (is_playlist(url)) return std::nullopt;
  const std::string identity = identity_of(url);
  if (opened_in_run_ > 0 && std::ranges::find(seen_, identity) != seen_.end()) return std::nullopt;
  const auto missing = opened_in_run_ == 0 ? missing_before(identity, now) : std::nullopt;
  note(identity, now);
  return missing;
}

std::optional<SegmentTrail::Missing> SegmentTrail::missing_before(const std::string& identity,
                                                                  SteadyTime now) const {
  if (!newest_ || std::ranges::find(seen_, identity) != seen_.end()) return std::nullopt;
  const auto elapsed = std::chrono::duration_cast<Micros>(now - *newest_);
  const auto pace = paces_.find(identity_stem(identity));
  if (pace != paces_.end()) {
    if (const auto count = count_between(pace->second.newest, identity)) {
      if (*count == 0) return std::nullopt;
      // Names may be numbered by the time.
      const bool known = length_ > Micros{0} && *count < elapsed / length_;
      return Missing{known ? *count * length_ : elapsed};
    }
  }
  const Micros length = length_ > Micros{0} ? length_ : kLikelyLength;
  const Micros by_clock = elapsed - kBegunWith * length;
  if (by_clock < length / 2) return std::nullopt;
  return Missing{by_clock};
}

void SegmentTrail::note(const std::string& identity, SteadyTime now) {
  ++opened_in_run_;
  newest_ = now;
  seen_.push_back(identity);
  if (seen_.size() > kTrailKept) seen_.pop_front();
  if (paces_.size() >= kMostPaces && !paces_.contains(identity_stem(identity))) paces_.clear();
  Pace& pace = paces_[std::string(identity_stem(identity))];
  pace.newest = identity;
  pace.newest_at = now;
  if (++pace.opened == kBegunWith) pace.third_at = now;
  if (pace.opened >= kEnoughForPace)
    length_ = std::chrono::duration_cast<Micros>(now - pace.third_at) / (pace.opened - kBegunWith);
}

}  // namespace rec::capture
