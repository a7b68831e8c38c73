// A frame's number as big black and white blocks: 24 bits and a CRC-8 in an 8 x 4 grid over the upper half.
// Survives strong compression and scaling.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rec::sim {

/// One plane of 8-bit luma.
struct LumaPlane {
  std::uint8_t* data = nullptr;
  int stride = 0;  ///< bytes a row
  int width = 0;
  int height = 0;
};

/// Paints the number (0 to 2^24 - 1) over the upper half and noise, different in each frame, over the lower.
void draw_frame(const LumaPlane& plane, int number);
/// The number painted on the plane, or -1 where a block is neither black nor white or the CRC is wrong.
int read_frame(const LumaPlane& plane);

}  // namespace rec::sim
