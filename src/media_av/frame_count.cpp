// Samples transport streams, walks fragments.
#include "media_av/frame_count.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "media/ts_tables.hpp"

namespace rec::media {
namespace {

constexpr std::size_t kWindow = 64U * 1024;
constexpr std::uint64_t kLeastWindows = 64;
constexpr std::uint64_t kWindowEvery = 8U << 20U;    // at least
constexpr std::uint64_t kCountedWhole = 16U << 20U;  // up to this size nothing is left out
constexpr std::uint64_t kMostMoof = 8U << 20U;

struct PesBegins {
  double pictures = 0;
  double sounds = 0;
};

// By the stream ids of ISO 13818-1, table 2-22.
void count_pes(std::span<const std::uint8_t> packet, PesBegins& counts) {
  const bool begins = (packet[1] & 0x40U) != 0;
  const auto payload = ts_payload(packet);
  if (!begins || payload.size() < 4 || payload[0] != 0 || payload[1] != 0 || payload[2] != 1) return;
  const unsigned kind = payload[3] & 0xF0U;
  if (kind == 0xE0) ++counts.pictures;
  if (kind == 0xC0 || kind == 0xD0) ++counts.sounds;
}

// Returns how many bytes of whole packets were looked at.
std::size_t count_window(std::span<const std::uint8_t> window, PesBegins& counts) {
  std::size_t at = 0;
  const auto in_step = [&](std::size_t from) {
    return window[from] == kTsSync &&
           (from + kTsPacket >= window.size() || window[from + kTsPacket] == kTsSync);
  };
  std::size_t looked_at = 0;
  while (at + kTsPacket <= window.size()) {
    if (!in_step(at)) {
      ++at;
      continue;
    }
    count_pes(window.subspan(at, kTsPacket), counts);
    at += kTsPacket;
    looked_at += kTsPacket;
  }
  return looked_at;
}

double count_ts(ExtentBytes& bytes) {
  const std::uint64_t step =
      bytes.size() <= kCountedWhole ? kWindow : std::min(kWindowEvery, bytes.size() / kLeastWindows);
  PesBegins counts;
  std::uint64_t looked_at = 0;
  std::vector<std::uint8_t> window(kWindow);
  for (std::uint64_t at = 0; at < bytes.size(); at += step) {
    const std::size_t got = bytes.read(at, window);
    looked_at += count_window(std::span(window).first(got), counts);
  }
  if (looked_at == 0) return 0;
  const double found = counts.pictures > 0 ? counts.pictures : counts.sounds;
  return found * static_cast<double>(bytes.size()) / static_cast<double>(looked_at);
}

std::uint64_t big_endian(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8U | bytes[at + i];
  return value;
}

// The samples of all trun boxes (ISO 14496-12, 8.8.8) in a moof's body or a traf's.
double count_truns(std::span<const std::uint8_t> body) {
  double samples = 0;
  while (body.size() >= 16) {
    const std::uint64_t size = big_endian(body, 0, 4);
    const std::string_view name(reinterpret_cast<const char*>(body.data()) + 4, 4);
    if (size < 8 || size > body.size()) break;
    const auto inside = body.subspan(8, static_cast<std::size_t>(size) - 8);
    if (name == "traf") samples += count_truns(inside);
    if (name == "trun" && inside.size() >= 8) samples += static_cast<double>(big_endian(inside, 4, 4));
    body = body.subspan(static_cast<std::size_t>(size));
  }
  return samples;
}

double count_mp4(ExtentBytes& bytes) {
  double samples = 0;
  std::array<std::uint8_t, 16> head{};
  std::vector<std::uint8_t> moof;
  for (std::uint64_t at = 0; bytes.read(at, head) == head.size();) {
    std::uint64_t size = big_endian(head, 0, 4);
    const std::string_view name(reinterpret_cast<const char*>(head.data()) + 4, 4);
    const std::size_t header = size == 1 ? 16 : 8;
    if (size == 1) size = big_endian(head, 8, 8);
    if (size < header || size > bytes.size() - at) break;
    if (name == "moof" && size <= kMostMoof) {
      moof.resize(static_cast<std::size_t>(size) - header);
      if (bytes.read(at + header, moof) != moof.size()) break;
      samples += count_truns(moof);
    }
    at += size;
  }
  return samples;
}

}  // namespace

double count_frames(ExtentBytes& bytes) {
  std::array<std::uint8_t, 8> head{};
  if (bytes.read(0, head) != head.size()) return 0;
  return head[0] == kTsSync ? count_ts(bytes) : count_mp4(bytes);
}

}  // namespace rec::media
