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
  if (told && !codecs_continue(codecs_, next.info.codecs))
    return !(pictures_mix(codecs_, next.info.codecs) && restless(next)) || full(next);
  if (!told && anew) return true;
  return full(next);
}

bool PartPlan::full(const SegmentRecord& next) const {
  const Micros duration = duration_ + next.info.duration;
  return bytes_ + next.bytes > limits_.bytes || index_bytes(duration) > kMostIndexBytes ||
         duration > limits_.duration;
}

// Parameters that are the newest ones' are no change; nor is what tells none.
bool PartPlan::restless(const SegmentRecord& next) const {
  const bool changes = !codecs_continue(newest_codecs_, next.info.codecs);
  const auto recent = std::ranges::count_if(changes_, [&](Micros at) { return at + kRestless >= recorded_; });
  return static_cast<std::size_t>(recent) + (changes ? 1 : 0) > kMostChanges;
}

void PartPlan::note_change(const SegmentRecord& segment) {
  if (segment.info.track != 0) return;
  if (!segment.info.codecs.empty()) {
    const bool goes_on = codecs_continue(newest_codecs_, segment.info.codecs);
    if (!goes_on) changes_.push_back(recorded_);
    if (changes_.size() > kMostChanges + 1) changes_.pop_front();
    newest_codecs_ = goes_on ? codecs_joined(newest_codecs_, segment.info.codecs) : segment.info.codecs;
  }
  recorded_ += segment.info.duration;
}

void PartPlan::add(const SegmentRecord& segment) {
  note_change(segment);
  bytes_ += segment.bytes;
  if (segment.info.track != 0) return;
  codecs_ = codecs_joined(codecs_, segment.info.codecs);
  epoch_ = segment.info.epoch;
  duration_ += segment.info.duration;
  if (!segment.info.init) ++count_;
}

void PartPlan::reset() {
  count_ = bytes_ = 0;
  duration_ = Micros{0};
  epoch_ = 0;
  codecs_.clear();
}

}  // namespace rec
