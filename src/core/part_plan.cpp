// Cutting at limits and where the codec parameters change.
#include "core/part_plan.hpp"

#include "core/codecs.hpp"

namespace rec {

bool PartPlan::seals_before(const SegmentRecord& next) const {
  if (empty()) return false;
  // Where the stream began anew, what cannot be told is taken as changed; within it, as unchanged.
  const bool told = !codecs_.empty() && !next.info.codecs.empty();
  const bool anew = next.info.init || next.info.epoch != epoch_;
  if (told ? !codecs_continue(codecs_, next.info.codecs) : anew) return true;
  return bytes_ + next.bytes > limits_.bytes || duration_ + next.info.duration > limits_.duration;
}

void PartPlan::add(const SegmentRecord& segment) {
  codecs_ = codecs_joined(codecs_, segment.info.codecs);
  epoch_ = segment.info.epoch;
  bytes_ += segment.bytes;
  duration_ += segment.info.duration;
  if (!segment.info.init) ++count_;
}

void PartPlan::reset() { *this = PartPlan(limits_); }

}  // namespace rec
