// Reads PAT and PMT (ISO 13818-1, 2.4.4) of one packet each; longer ones are left to libav.
#include "media/ts_watch.hpp"

#include <algorithm>

namespace rec::media {
namespace {

constexpr std::size_t kPacket = 188;
constexpr std::uint8_t kSync = 0x47;
using Bytes = std::span<const std::uint8_t>;

std::uint16_t pid_at(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>((bytes[at] & 0x1FU) << 8U | bytes[at + 1]);
}

std::uint32_t section_crc(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 24U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80000000U) ? (crc << 1U) ^ 0x04C11DB7U : crc << 1U;
  }
  return crc;
}

// The section that begins in this packet, header and CRC cut off; empty if it is not whole or not the table
// wanted.
Bytes section_of(Bytes packet, std::uint8_t table) {
  std::size_t at = 4;
  const bool begins = (packet[1] & 0x40U) != 0;
  if (!begins || (packet[3] & 0x10U) == 0) return {};
  if (packet[3] & 0x20U) at += 1U + packet[4];
  if (at + 1 >= kPacket) return {};
  at += 1U + packet[at];  // pointer_field
  if (at + 12 > kPacket || packet[at] != table) return {};
  const std::size_t length = 3U + ((packet[at + 1] & 0x0FU) << 8U | packet[at + 2]);
  if (length < 12 || at + length > kPacket || section_crc(packet.subspan(at, length)) != 0) return {};
  return packet.subspan(at + 8, length - 12);
}

bool is_video_type(std::uint8_t type) {
  return type == 0x01 || type == 0x02 || type == 0x10 || type == 0x1B || type == 0x24 || type == 0x33;
}
bool is_audio_type(std::uint8_t type) {
  return type == 0x03 || type == 0x04 || type == 0x0F || type == 0x11 || type == 0x81 || type == 0x87;
}

bool moved(const std::set<std::uint16_t>& from, const std::set<std::uint16_t>& to) {
  return !from.empty() && !to.empty() &&
         std::ranges::none_of(to, [&](auto pid) { return from.contains(pid); });
}

}  // namespace

bool TsWatch::pat_moves(Bytes section) {
  Pids tables;
  for (std::size_t at = 0; at + 4 <= section.size(); at += 4) {
    const bool network = section[at] == 0 && section[at + 1] == 0;
    if (!network) tables.insert(pid_at(section, at + 2));
  }
  if (moved(tables_, tables)) return true;
  tables_.merge(tables);
  return false;
}

bool TsWatch::pmt_moves(std::uint16_t pid, Bytes section) {
  Streams now;
  if (section.size() < 4) return false;
  std::size_t at = 4U + ((section[2] & 0x0FU) << 8U | section[3]);
  while (at + 5 <= section.size()) {
    if (is_video_type(section[at])) now.video.insert(pid_at(section, at + 1));
    if (is_audio_type(section[at])) now.audio.insert(pid_at(section, at + 1));
    at += 5U + ((section[at + 3] & 0x0FU) << 8U | section[at + 4]);
  }
  Streams& known = programs_[pid];
  if (moved(known.video, now.video) || moved(known.audio, now.audio)) return true;
  known.video.merge(now.video);
  known.audio.merge(now.audio);
  return false;
}

bool TsWatch::packet_moves(Bytes packet) {
  const std::uint16_t pid = pid_at(packet, 1);
  if (pid == 0) {
    const Bytes section = section_of(packet, 0x00);
    if (section.empty()) return false;
    last_pat_ = offset_;
    return pat_moves(section);
  }
  if (!tables_.contains(pid)) return false;
  const Bytes section = section_of(packet, 0x02);
  return !section.empty() && pmt_moves(pid, section);
}

std::optional<std::uint64_t> TsWatch::feed(Bytes bytes) {
  if (bytes.empty()) return std::nullopt;
  if (!transport_stream_) transport_stream_ = bytes[0] == kSync;
  if (!*transport_stream_) return std::nullopt;
  partial_.insert(partial_.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  const Bytes all(partial_);
  const std::uint64_t base = offset_;
  while (at + kPacket <= all.size()) {
    // After damage: on to the next byte that looks like a beginning. A wrong guess fails by its CRC.
    if (all[at] != kSync) {
      ++at;
      continue;
    }
    offset_ = base + at;
    if (packet_moves(all.subspan(at, kPacket))) return last_pat_;
    at += kPacket;
  }
  offset_ = base + at;
  partial_.erase(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(at));
  return std::nullopt;
}

}  // namespace rec::media
