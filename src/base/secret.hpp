// A value that cannot be printed by accident: no operator<<, no formatter, no comparison that would leak it
// in a test.
#pragma once
#include <string>
#include <utility>

namespace rec {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  /// The only way out; name it where you use it.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace rec
