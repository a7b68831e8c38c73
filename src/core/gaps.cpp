#include "core/gaps.hpp"

#include <algorithm>

namespace rec {

bool covers(const Gap& wide, const Gap& narrow) {
  // Numbers of a separate sound are its own.
  if ((wide.cause == GapCause::sound) != (narrow.cause == GapCause::sound)) return false;
  return wide.before_ordinal == narrow.before_ordinal && wide.epoch == narrow.epoch &&
         wide.from_sequence <= narrow.from_sequence && wide.to_sequence >= narrow.to_sequence;
}

namespace {

bool goes_on(const Gap& gap, const Gap& behind) {
  return gap.before_ordinal == behind.before_ordinal && gap.epoch == behind.epoch &&
         gap.take == behind.take && gap.cause == behind.cause && gap.cause != GapCause::offline &&
         gap.to_sequence + 1 == behind.from_sequence;
}

}  // namespace

std::optional<Gap> note_gap(std::vector<Gap>& gaps, const Gap& gap) {
  const bool known = std::ranges::any_of(gaps, [&](const Gap& other) {
    if (!covers(other, gap)) return false;
    return !covers(gap, other) || other.noticed_at >= gap.noticed_at;  // of two alike the newer one holds
  });
  if (known) return {};
  Gap stands = gap;
  const auto before = std::ranges::find_if(gaps, [&](const Gap& other) { return goes_on(other, gap); });
  if (before != gaps.end()) {
    stands = *before;
    stands.to_sequence = gap.to_sequence;
    stands.duration += gap.duration;
  }
  std::erase_if(gaps, [&](const Gap& other) { return covers(stands, other); });
  return gaps.emplace_back(stands);
}

std::optional<GapCause> cause_of_gap(std::string_view told) {
  using enum GapCause;
  for (const GapCause cause : {window_slid, fetch_failed, upstream, ad, offline, disk, sound}) {
    if (word(cause) == told) return cause;
  }
  return std::nullopt;
}

Micros missing_in_all(const std::vector<Gap>& gaps) {
  Micros total{0};
  for (const Gap& gap : gaps) total += gap.duration;
  return total;
}

std::map<GapCause, Micros> missing_by_cause(const std::vector<Gap>& gaps) {
  std::map<GapCause, Micros> by_cause;
  for (const Gap& gap : gaps) by_cause[gap.cause] += gap.duration;
  return by_cause;
}

}  // namespace rec
