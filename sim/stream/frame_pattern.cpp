// Paints and reads frame numbers.
#include "sim/stream/frame_pattern.hpp"

#include <algorithm>

namespace rec::sim {
namespace {

constexpr int kColumns = 8;
constexpr int kRows = 4;
constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kWhite = 235;
constexpr int kDark = 90;     // an average below is a 0
constexpr int kBright = 160;  // an average above is a 1

// CRC-8 (polynomial 0x07), begun at 0xFF so that an all black picture is no number.
std::uint32_t crc8(std::uint32_t number) {
  std::uint32_t crc = 0xFF;
  for (int shift = 16; shift >= 0; shift -= 8) {
    crc ^= (number >> static_cast<unsigned>(shift)) & 0xFFU;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80U) ? ((crc << 1U) ^ 0x07U) & 0xFFU : crc << 1U;
  }
  return crc;
}

struct Block {
  int left, top, right, bottom;
};

Block block_at(const LumaPlane& plane, int bit) {
  const int column = bit % kColumns;
  const int row = bit / kColumns;
  const int area = plane.height / 2;
  return {column * plane.width / kColumns, row * area / kRows, (column + 1) * plane.width / kColumns,
          (row + 1) * area / kRows};
}

int average(const LumaPlane& plane, const Block& block) {
  // The middle half only: edges bleed.
  const int dx = (block.right - block.left) / 4;
  const int dy = (block.bottom - block.top) / 4;
  int sum = 0;
  int count = 0;
  for (int y = block.top + dy; y < block.bottom - dy; ++y) {
    for (int x = block.left + dx; x < block.right - dx; ++x, ++count) sum += plane.data[y * plane.stride + x];
  }
  return count == 0 ? 128 : sum / count;
}

}  // namespace

void draw_frame(const LumaPlane& plane, int number) {
  const auto value = static_cast<std::uint32_t>(number) & 0xFFFFFFU;
  const std::uint32_t word = value << 8U | crc8(value);
  for (int bit = 0; bit < kColumns * kRows; ++bit) {
    const Block block = block_at(plane, bit);
    const std::uint8_t luma = (word >> static_cast<unsigned>(31 - bit)) & 1U ? kWhite : kBlack;
    for (int y = block.top; y < block.bottom; ++y) {
      std::fill(plane.data + y * plane.stride + block.left, plane.data + y * plane.stride + block.right,
                luma);
    }
  }
  std::uint32_t seed = value * 2654435761U + 1U;
  for (int y = plane.height / 2; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) {
      seed = seed * 1664525U + 1013904223U;
      plane.data[y * plane.stride + x] = static_cast<std::uint8_t>(64U + (seed >> 25U));
    }
  }
}

int read_frame(const LumaPlane& plane) {
  std::uint32_t word = 0;
  for (int bit = 0; bit < kColumns * kRows; ++bit) {
    const int luma = average(plane, block_at(plane, bit));
    if (luma > kDark && luma < kBright) return -1;
    word = word << 1U | (luma >= kBright ? 1U : 0U);
  }
  const std::uint32_t value = word >> 8U;
  return crc8(value) == (word & 0xFFU) ? static_cast<int>(value) : -1;
}

}  // namespace rec::sim
