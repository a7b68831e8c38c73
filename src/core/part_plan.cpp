// Cutting at limits and where the codec parameters change.
#include "core/part_plan.hpp"

#include <algorithm>

#include "core/codecs.hpp"

namespace rec {
namespace {

std::uint64_t index_bytes(Micros duration) {
  return static_cast<std::uint64_t>(std::max<Micros::rep>(0, duration.count())) * kIndexBytesASecond /
         1'000'000;
}

}  // namespace

bool PartPlan::seals_before(const SegmentRecord& next) const {
  if (empty() || next.info.track != 0) return false;
  // Where the stream began anew, what cannot be told is taken as changed; within it, as unchanged.
  const bool told = !codecs_.empty() && !next.info.codecs.empty();
  const bool anew = next.info.init || next.info.epoch != epoch_;
  if (told ? !codecs_continue(codecs_, next.info.codecs) : anew) return true;
  const Micros duration = duration_ + next.info.duration;
  return bytes_ + next.bytes > limits_.bytes || index_bytes(duration) > kMostIndexBytes ||
         duration > limits_.duration;
}

void PartPlan::add(const SegmentRecord& segment) {
  bytes_ += segment.bytes;
  if (segment.info.track != 0) return;
  codecs_ = codecs_joined(codecs_, segment.info.codecs);
  epoch_ = segment.info.epoch;
  duration_ += segment.info.duration;
  if (!segment.info.init) ++count_;
}

void PartPlan::reset() { *this = PartPlan(limits_); }

}  // namespace rec
