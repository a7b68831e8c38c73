// Where a key's value was written.
#pragma once
#include <string>
#include <vector>

namespace rec {

struct ConfigOrigin {
  int line = 0;                            ///< of the configuration file, from 1
  std::vector<std::string> environment{};  ///< the variables that it takes its value from
  bool operator==(const ConfigOrigin&) const = default;
};

}  // namespace rec
