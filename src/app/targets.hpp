// From telegram.* and telegram.targets to the places that sessions are posted to. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "app/config.hpp"
#include "app/settings.hpp"

namespace rec {

/// The telegram section's own place; without a chat where it names none.
TargetPlan main_target_of(const Config& config);
/// Those under telegram.targets: what one leaves open follows the sections.
std::map<std::string, TargetPlan> targets_of(const Config& config);

/// What segments of a part may have, so that the finished file has at most so many bytes.
std::uint64_t segment_bytes_for(std::uint64_t file_bytes);

}  // namespace rec
