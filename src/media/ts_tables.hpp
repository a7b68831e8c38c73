// MPEG-TS packets and the two tables that say what is in them (ISO 13818-1, 2.4.3 and 2.4.4). Pure; every
// function takes hostile bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ts_packet.hpp"

namespace rec::media {

inline constexpr std::uint8_t kPatTable = 0x00;
inline constexpr std::uint8_t kPmtTable = 0x02;

/// The 13 bits of a PID whose first byte is at `at`; `at` + 1 must be inside.
std::uint16_t ts_pid(std::span<const std::uint8_t> bytes, std::size_t at);

/// The table that begins in this packet of kTsPacket bytes, header and CRC cut off; empty if it is another
/// one, not whole in this packet (longer ones are left to libav) or its CRC is wrong.
std::span<const std::uint8_t> ts_section(std::span<const std::uint8_t> packet, std::uint8_t table);

/// The PIDs of the program maps that a PAT's section names.
std::vector<std::uint16_t> ts_programs(std::span<const std::uint8_t> section);

struct TsStream {
  std::uint8_t type = 0;  ///< stream_type, table 2-34
  std::uint16_t pid = 0;
};
/// The streams that a PMT's section names, in its order.
std::vector<TsStream> ts_streams(std::span<const std::uint8_t> section);

bool is_video_type(std::uint8_t type);
bool is_audio_type(std::uint8_t type);

/// What a packet of kTsPacket bytes carries behind header and adaptation field; empty if nothing, damaged
/// (transport_error_indicator) or scrambled.
std::span<const std::uint8_t> ts_payload(std::span<const std::uint8_t> packet);

}  // namespace rec::media
