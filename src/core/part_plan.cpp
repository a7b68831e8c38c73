// Cutting at limits, epochs and initialization sections.
#include "core/part_plan.hpp"

namespace rec {

bool PartPlan::seals_before(const SegmentRecord& next) const {
  if (empty()) return false;
  if (next.info.init || next.info.epoch != epoch_) return true;
  return bytes_ + next.bytes > limits_.bytes || duration_ + next.info.duration > limits_.duration;
}

void PartPlan::add(const SegmentRecord& segment) {
  epoch_ = segment.info.epoch;
  bytes_ += segment.bytes;
  duration_ += segment.info.duration;
  if (!segment.info.init) ++count_;
}

void PartPlan::reset() { *this = PartPlan(limits_); }

}  // namespace rec
