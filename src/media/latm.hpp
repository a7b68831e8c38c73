// AAC as broadcasters carry it in MPEG-TS (LOAS and LATM, ISO 14496-3, 1.7): the frames that an MP4 wants are
// in there, at any bit. Pure; hostile bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rec::media {

class LatmReader {
 public:
  /// The AAC frame of one LOAS packet. Empty: there is none, its setup has not come yet, or it is multiplexed
  /// as nobody does: several programs, layers or frames in one.
  std::vector<std::uint8_t> frame_in(std::span<const std::uint8_t> packet);
  /// The AudioSpecificConfig of the newest setup; empty: none has come yet.
  [[nodiscard]] const std::vector<std::uint8_t>& setup() const { return setup_; }

 private:
  class Bits;
  bool read_setup(Bits& in);

  std::vector<std::uint8_t> setup_;
};

}  // namespace rec::media
