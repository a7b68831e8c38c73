// One fault of the disk: which call fails, how, and for how long.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace rec::torture {

struct Strike {
  std::string call{};       ///< a class as the shim's census has it: "write data/state.db-wal"
  std::uint64_t first = 1;  ///< the call of that number, 1, 2, …
  std::string error{};      ///< "EIO", …; "short": half of it is written, then the disk is full
  std::string scope{};      ///< "once", "class" or "disk" (support/disk_shim_judge.cpp)
  double seconds = 0;       ///< until it is cured, unless once

  [[nodiscard]] bool lasts() const { return scope != "once"; }
  /// For the shim.
  [[nodiscard]] std::vector<std::string> orders() const;
};

/// "write data/state.db-wal|3|EIO|class|7.5", and back.
std::string text_of(const Strike& strike);
std::optional<Strike> strike_of(const std::string& text);

/// How often each class was called in one life.
using Census = std::map<std::string, std::uint64_t>;

/// The strike of that number: the classes one after the other, and of each another error, scope and call
/// every time.
Strike draw_strike(const Census& census, unsigned number);

}  // namespace rec::torture
