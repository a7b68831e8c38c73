// Reads transport stream packets, PAT and PMT.
#include "media/ts_tables.hpp"

namespace rec::media {
namespace {

std::uint32_t section_crc(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80000000U) ? (crc << 1U) ^ 0x04C11DB7U : crc << 1U;
  }
  return crc;
}

}  // namespace

std::uint16_t ts_pid(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>((bytes[at] & 0x1FU) << 8U | bytes[at + 1]);
}

std::span<const std::uint8_t> ts_payload(std::span<const std::uint8_t> packet) {
  const bool damaged = (packet[1] & 0x80U) != 0;
  const bool scrambled = (packet[3] & 0xC0U) != 0;
  if (damaged || scrambled || (packet[3] & 0x10U) == 0) return {};
  std::size_t at = 4;
  if (packet[3] & 0x20U) at += 1U + packet[4];
  if (at >= kTsPacket) return {};
  return packet.subspan(at, kTsPacket - at);
}

std::span<const std::uint8_t> ts_section(std::span<const std::uint8_t> packet, std::uint8_t table) {
  const bool begins = (packet[1] & 0x40U) != 0;
  const auto payload = ts_payload(packet);
  if (!begins || payload.empty()) return {};
  const std::size_t at = 1U + payload[0];  // pointer_field
  if (at + 12 > payload.size() || payload[at] != table) return {};
  const std::size_t length = 3U + ((payload[at + 1] & 0x0FU) << 8U | payload[at + 2]);
  if (length < 12 || at + length > payload.size()) return {};
  if (section_crc(payload.subspan(at, length)) != 0) return {};
  return payload.subspan(at + 8, length - 12);
}

std::vector<std::uint16_t> ts_programs(std::span<const std::uint8_t> section) {
  std::vector<std::uint16_t> out;
  for (std::size_t at = 0; at + 4 <= section.size(); at += 4) {
    const bool network = section[at] == 0 && section[at + 1] == 0;
    if (!network) out.push_back(ts_pid(section, at + 2));
  }
  return out;
}

std::vector<TsStream> ts_streams(std::span<const std::uint8_t> section) {
  std::vector<TsStream> out;
  if (section.size() < 4) return out;
  std::size_t at = 4U + ((section[2] & 0x0FU) << 8U | section[3]);
  while (at + 5 <= section.size()) {
    out.push_back({section[at], ts_pid(section, at + 1)});
    at += 5U + ((section[at + 3] & 0x0FU) << 8U | section[at + 4]);
  }
  return out;
}

bool is_video_type(std::uint8_t type) {
  return type == 0x01 || type == 0x02 || type == 0x10 || type == 0x1B || type == 0x24 || type == 0x33;
}

bool is_audio_type(std::uint8_t type) {
  return type == 0x03 || type == 0x04 || type == 0x0F || type == 0x11 || type == 0x81 || type == 0x87;
}

}  // namespace rec::media
