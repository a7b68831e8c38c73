// The version of the program and of its companion, which are built and installed together.
#pragma once

namespace rec {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace rec
