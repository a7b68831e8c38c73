// What no single key can tell: keys that contradict one another, names that lead nowhere, lists that nobody
// reads.
#pragma once
#include <string>
#include <vector>

#include "app/config.hpp"

namespace rec {

struct ConfigFinding {
  std::string key{};
  std::string what{};  ///< what is wrong; the cure
  /// Other keys that it follows from: it is none where one of them could not be read.
  std::vector<std::string> follows_from{};
};
struct ConfigFindings {
  std::vector<ConfigFinding> problems{};
  std::vector<ConfigFinding> warnings{};
};

/// Reads the time zone database ($TZDIR or /usr/share/zoneinfo), nothing else.
ConfigFindings check_config(const Config& config);

/// Is `name` in the tz database? UTC always is.
bool timezone_exists(const std::string& name);

}  // namespace rec
