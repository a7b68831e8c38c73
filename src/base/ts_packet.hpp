// What every packet of MPEG-TS is like (ISO 13818-1, 2.4.3.2).
#pragma once
#include <cstddef>
#include <cstdint>

namespace rec {

inline constexpr std::size_t kTsPacket = 188;  ///< bytes
inline constexpr std::uint8_t kTsSync = 0x47;  ///< the first of them

}  // namespace rec
