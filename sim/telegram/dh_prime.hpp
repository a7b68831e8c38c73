// The prime that TDLib knows to be good, so that it skips its primality test; with the generator 3.
#pragma once
#include <string>

namespace rec::sim {

inline constexpr int kDhGenerator = 3;
/// 256 bytes, big-endian.
const std::string& dh_prime();

}  // namespace rec::sim
