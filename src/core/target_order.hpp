// What commands said of a target; it goes before what config.yaml says.
#pragma once
#include <map>
#include <string>

#include "base/time.hpp"

namespace rec {

struct TargetOrder {
  std::string name{};                           ///< "default": the telegram section's own
  std::map<std::string, std::string> values{};  ///< by key, as they were typed
  Instant ordered_at{};                         ///< when the first of it was said
  [[nodiscard]] bool says_nothing() const { return values.empty(); }
  bool operator==(const TargetOrder&) const = default;
};

}  // namespace rec
