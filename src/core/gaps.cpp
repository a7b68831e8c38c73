#include "core/gaps.hpp"

#include <algorithm>

namespace rec {

bool covers(const Gap& wide, const Gap& narrow) {
  return wide.before_ordinal == narrow.before_ordinal && wide.epoch == narrow.epoch &&
         wide.from_sequence <= narrow.from_sequence && wide.to_sequence >= narrow.to_sequence;
}

bool note_gap(std::vector<Gap>& gaps, const Gap& gap) {
  const bool known = std::ranges::any_of(gaps, [&](const Gap& other) {
    if (!covers(other, gap)) return false;
    return !covers(gap, other) ||
           other.noticed_at >= gap.noticed_at;  // of two that are alike the newer one holds
  });
  if (known) return false;
  std::erase_if(gaps, [&](const Gap& other) { return covers(gap, other); });
  gaps.push_back(gap);
  return true;
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
