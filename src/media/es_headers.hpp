// What elementary streams say of themselves: H.264 and HEVC parameter sets, ADTS headers. Pure; hostile
// bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace rec::media {

/// As much of an elementary stream as is looked at in one piece: two of the longest ADTS frames, and far more
/// than stands before the first slice of a picture.
inline constexpr std::size_t kPesBytes = 16 * 1024;

/// Eight hex digits that stand for the bytes.
std::string short_hash(std::span<const std::uint8_t> bytes);

/// The first sequence parameter set among Annex B bytes, without start code and trailing zeros; empty if
/// there is none, or its end is not to be seen.
std::span<const std::uint8_t> sequence_parameters(std::span<const std::uint8_t> bytes, bool hevc);

/// The header of an ADTS frame (ISO 13818-7, 6.2).
struct AdtsFrame {
  std::size_t bytes = 0;  ///< header included; 0: no header here
  int rate = 0;
  unsigned channels = 0;
  unsigned object_type = 0;
  int samples = 0;
  [[nodiscard]] bool same_kind(const AdtsFrame& other) const {
    return rate == other.rate && channels == other.channels && object_type == other.object_type;
  }
};
/// The one whose header is at `at`.
AdtsFrame adts_frame(std::span<const std::uint8_t> bytes, std::size_t at);

/// "48000x2/2": rate x channels / audio object type, of the first ADTS frame that another of the same kind
/// follows; "" if there is none.
std::string adts_parameters(std::span<const std::uint8_t> bytes);

}  // namespace rec::media
