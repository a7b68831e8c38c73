// What is missing of a recording, counted once. Pure.
#pragma once
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/segment.hpp"

namespace rec {

/// Adds a gap to those of a session; what stands there now, nothing if it was known already. A program that
/// is killed before the next segment comes notices the same hole again when it is back, grown meanwhile: of
/// gaps that lie before the same segment the one that covers another takes its place. One that goes on where
/// another of the same cause ends makes that one longer: a disk that is full for an hour is one hole.
/// `before_ordinal` must be set.
std::optional<Gap> note_gap(std::vector<Gap>& gaps, const Gap& gap);

/// Does `wide` lie in the same place as `narrow` and hold all of its numbers? Of pictures and separate sound
/// neither covers the other.
bool covers(const Gap& wide, const Gap& narrow);

/// The cause that has this word; nullopt: none has.
std::optional<GapCause> cause_of_gap(std::string_view told);

/// Seconds whose number is known.
Micros missing_in_all(const std::vector<Gap>& gaps);
std::map<GapCause, Micros> missing_by_cause(const std::vector<Gap>& gaps);

}  // namespace rec
