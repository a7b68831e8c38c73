// Recognising segments: by number and content first, then by identity alone, then by time.
#include "capture/window_match.hpp"

#include <algorithm>

#include "capture/segment_identity.hpp"

namespace rec::capture {
namespace {

using Distance = std::chrono::microseconds;

// Hostile playlists name all their segments alike, or let them begin in the same moment.
constexpr std::size_t kMostOfOneName = 500;
constexpr std::size_t kMostOfOneTime = 100;

Distance apart(Instant a, Instant b) { return a < b ? Distance(b - a) : Distance(a - b); }

/// Edges differ by some hundred milliseconds on when a segment began.
Distance time_slack(Micros duration) { return std::max<Distance>(duration / 2, std::chrono::seconds{1}); }

bool same_time(const WindowSegment& shown, const SegmentInfo& seen) {
  if (!shown.program_date_time || !seen.program_date_time || seen.duration <= Micros{0}) return false;
  const auto slack = std::min<Distance>(seen.duration / 4, std::chrono::milliseconds{500});
  const auto longer =
      shown.duration > seen.duration ? shown.duration - seen.duration : seen.duration - shown.duration;
  return apart(*shown.program_date_time, *seen.program_date_time) <= slack && longer <= seen.duration / 10;
}

/// A window of one does not show that its names are told apart by their queries (segment_identity.hpp).
bool same_but_for_query(std::string_view one, std::string_view other) {
  const auto longer = one.size() > other.size() ? one : other;
  const auto shorter = one.size() > other.size() ? other : one;
  return longer.size() > shorter.size() && longer[shorter.size()] == '?' && longer.starts_with(shorter) &&
         shorter.find('?') == std::string_view::npos;
}

bool same_name(const WindowSegment& shown, const SegmentInfo& seen) {
  if (shown.identity != seen.identity && !same_but_for_query(shown.identity, seen.identity)) return false;
  if (!shown.program_date_time || !seen.program_date_time) return true;
  return apart(*shown.program_date_time, *seen.program_date_time) <= time_slack(seen.duration);
}

}  // namespace

bool same_segment(const WindowSegment& shown, const SegmentInfo& seen) {
  return same_name(shown, seen) || same_time(shown, seen);
}

WindowMatch::WindowMatch(const Cursor& cursor, const Window& window)
    : cursor_(cursor), window_(window), seen_at_(window.segments.size()) {
  const auto& seen = cursor.seen;
  epoch_start_ = seen.size();
  while (epoch_start_ > 0 && seen[epoch_start_ - 1].epoch == seen.back().epoch) --epoch_start_;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    identities_[seen[i].identity].push_back(i);
    if (seen[i].program_date_time) times_.emplace_back(*seen[i].program_date_time, i);
  }
  std::sort(times_.begin(), times_.end());
  for (const auto& shown : window.segments) ++shown_count_[shown.identity];
  alone_ = window.segments.size() == 1 && !seen.empty() &&
           window.segments.front().sequence == seen.back().sequence + 1 &&
           identity_stem(window.segments.front().identity) == identity_stem(seen.back().identity);
  for (std::size_t i = 0; i < window.segments.size(); ++i) {
    const auto& shown = window.segments[i];
    auto found = by_number(shown);
    numbers_agree_ = numbers_agree_ || found.has_value();
    if (!found) found = by_identity(shown);
    if (!found && !alone_) found = by_time(shown);
    seen_at_[i] = found;
    if (found) last_seen_ = i;
  }
}

/// Within the newest epoch.
std::optional<std::size_t> WindowMatch::numbered(std::int64_t sequence) const {
  const auto begin = cursor_.seen.begin() + static_cast<std::ptrdiff_t>(epoch_start_);
  const auto less = [](const SegmentInfo& one, std::int64_t number) { return one.sequence < number; };
  const auto found = std::lower_bound(begin, cursor_.seen.end(), sequence, less);
  if (found == cursor_.seen.end() || found->sequence != sequence) return std::nullopt;
  return static_cast<std::size_t>(found - cursor_.seen.begin());
}

std::optional<std::size_t> WindowMatch::by_number(const WindowSegment& shown) const {
  const auto found = numbered(shown.sequence);
  return found && same_segment(shown, cursor_.seen[*found]) ? found : std::nullopt;
}

std::optional<std::size_t> WindowMatch::at_its_number(std::size_t index) const {
  return numbers_agree_ ? numbered(window_.segments[index].sequence) : std::nullopt;
}

/// A name that stands for several segments (a looped slate) recognises nothing unless times tell them apart.
std::optional<std::size_t> WindowMatch::by_identity(const WindowSegment& shown) const {
  const auto found = identities_.find(shown.identity);
  if (found == identities_.end() || found->second.size() > kMostOfOneName) return std::nullopt;
  std::optional<std::size_t> match;
  for (const auto index : found->second) {
    const auto& seen = cursor_.seen[index];
    if (!same_name(shown, seen)) continue;
    const bool timed = shown.program_date_time && seen.program_date_time;
    const bool one_of_many = found->second.size() > 1 || shown_count_.at(shown.identity) > 1;
    if (!timed && (one_of_many || alone_)) return std::nullopt;
    match = index;
  }
  return match;
}

std::optional<std::size_t> WindowMatch::by_time(const WindowSegment& shown) const {
  if (!shown.program_date_time) return std::nullopt;
  const auto from = std::make_pair(*shown.program_date_time - Millis{500}, std::size_t{0});
  const auto until = *shown.program_date_time + Millis{500};
  std::size_t looked_at = 0;
  for (auto it = std::lower_bound(times_.begin(), times_.end(), from);
       it != times_.end() && it->first <= until && looked_at < kMostOfOneTime; ++it, ++looked_at)
    if (same_time(shown, cursor_.seen[it->second])) return it->second;
  return std::nullopt;
}

}  // namespace rec::capture
