// Finds NAL units (ITU-T H.264 Annex B) and ADTS frames (ISO 13818-7, 6.2).
#include "media/es_headers.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>

namespace rec::media {
namespace {

using EsBytes = std::span<const std::uint8_t>;

constexpr int kH264Sps = 7;
constexpr int kHevcSps = 33;
constexpr std::size_t kAdtsHeader = 7;
constexpr std::array kAdtsRates = {96'000, 88'200, 64'000, 48'000, 44'100, 32'000, 24'000,
                                   22'050, 16'000, 12'000, 11'025, 8'000,  7'350};

// The first 00 00 01 at or behind `from`; size() if there is none.
std::size_t start_code(EsBytes bytes, std::size_t from) {
  for (std::size_t at = from; at + 3 <= bytes.size(); ++at) {
    if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1) return at;
  }
  return bytes.size();
}

}  // namespace

std::string short_hash(std::span<const std::uint8_t> bytes) {
  return fmt::format("{:08x}", static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size())));
}

std::span<const std::uint8_t> sequence_parameters(std::span<const std::uint8_t> bytes, bool hevc) {
  std::size_t begin = start_code(bytes, 0) + 3;
  while (begin < bytes.size()) {
    std::size_t end = start_code(bytes, begin);
    const int type = hevc ? bytes[begin] >> 1U & 0x3F : bytes[begin] & 0x1F;
    if (type == (hevc ? kHevcSps : kH264Sps)) {
      if (end == bytes.size()) return {};
      while (end > begin && bytes[end - 1] == 0) --end;
      return bytes.subspan(begin, end - begin);
    }
    begin = end + 3;
  }
  return {};
}

AdtsFrame adts_frame(std::span<const std::uint8_t> bytes, std::size_t at) {
  if (at + kAdtsHeader > bytes.size()) return {};
  const EsBytes header = bytes.subspan(at, kAdtsHeader);
  if (header[0] != 0xFF || (header[1] & 0xF6U) != 0xF0) return {};
  const std::size_t rate = header[2] >> 2U & 0x0FU;
  const std::size_t length = (header[3] & 0x03U) << 11U | header[4] << 3U | header[5] >> 5U;
  if (rate >= kAdtsRates.size() || length < kAdtsHeader) return {};
  return {length, kAdtsRates[rate], (header[2] & 1U) << 2U | header[3] >> 6U, 1U + (header[2] >> 6U),
          1024 * (1 + (header[6] & 3))};
}

std::string adts_parameters(std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at + kAdtsHeader <= bytes.size(); ++at) {
    if (bytes[at] != 0xFF) continue;
    const AdtsFrame frame = adts_frame(bytes, at);
    if (frame.bytes == 0 || !adts_frame(bytes, at + frame.bytes).same_kind(frame)) continue;
    return fmt::format("{}x{}/{}", frame.rate, frame.channels, frame.object_type);
  }
  return "";
}

}  // namespace rec::media
