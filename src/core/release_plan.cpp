#include "core/release_plan.hpp"

#include <algorithm>

#include "core/session_steps.hpp"

namespace rec {
namespace {

constexpr Micros kSoundKept = std::chrono::minutes(2);

bool lies_by_itself(const SegmentRecord& record) { return record.info.track != 0 && !record.info.init; }

/// Where the sound begins that a part from `behind` on may need.
std::uint64_t first_sound_kept(const std::vector<SegmentRecord>& log, std::uint64_t behind) {
  std::uint64_t first = behind;
  for (Micros length{0}; first > 0 && length < kSoundKept; --first) {
    if (lies_by_itself(log[first - 1])) length += log[first - 1].info.duration;
  }
  return first;
}

bool has_released(const std::vector<SegmentRecord>& log, const session::Part& part) {
  for (std::uint64_t i = part.first_ordinal; i <= part.last_ordinal && i < log.size(); ++i) {
    if (log[i].released) return true;
  }
  return false;
}

/// The first segment of the part, or of those before it that were released one behind the other: what they
/// have kept, they kept for what follows them.
std::uint64_t first_of_released(const std::vector<SegmentRecord>& log,
                                const std::vector<session::Part>& parts, const session::Part& part) {
  std::uint64_t first = part.first_ordinal;
  for (auto before = parts.rbegin(); before != parts.rend(); ++before) {
    if (before->file_take != 0 || before->number >= part.number) continue;
    if (!has_released(log, *before)) break;
    first = before->first_ordinal;
  }
  return first;
}

}  // namespace

std::vector<OrdinalRange> segments_to_release(const std::vector<SegmentRecord>& log,
                                              const std::vector<session::Part>& parts, int number) {
  const auto part = std::ranges::find(parts, number, &session::Part::number);
  if (part == parts.end() || part->file_take != 0 || part->last_ordinal >= log.size()) return {};
  const std::uint64_t sound_kept = first_sound_kept(log, part->last_ordinal + 1);
  std::vector<OrdinalRange> ranges;
  for (std::uint64_t i = first_of_released(log, parts, *part); i <= part->last_ordinal; ++i) {
    if (log[i].released || log[i].info.init) continue;
    if (lies_by_itself(log[i]) && i >= sound_kept) continue;
    if (!ranges.empty() && ranges.back().last + 1 == i) {
      ranges.back().last = i;
    } else {
      ranges.push_back({i, i});
    }
  }
  return ranges;
}

namespace session {

std::vector<int> releasable_parts(const Session& session, const Policy& policy) {
  std::vector<int> numbers;
  bool before = true;
  for (const Part& part : session.parts) {
    if (part.file_take != 0) continue;
    const bool own = confirmed(session, part, policy);
    if (own && before) numbers.push_back(part.number);
    before = own;
  }
  return numbers;
}

}  // namespace session
}  // namespace rec
