// How the containers that HLS carries begin.
#include "capture/segment_check.hpp"

#include <algorithm>
#include <array>

#include "base/ts_packet.hpp"

namespace rec::capture {
namespace {

bool is_page(std::string_view body) {
  const auto start = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return start == std::string_view::npos || body[start] == '<' || body[start] == '{' ||
         body.substr(start).starts_with("#EXTM3U");
}

bool is_mp4(std::string_view body) {
  constexpr std::array<std::string_view, 9> kBoxes{"ftyp", "styp", "moof", "moov", "sidx",
                                                   "emsg", "prft", "mdat", "free"};
  return body.size() >= 8 && std::find(kBoxes.begin(), kBoxes.end(), body.substr(4, 4)) != kBoxes.end();
}

bool is_packed(std::string_view body) {
  const bool adts =
      body.size() > 1 && body[0] == '\xFF' && (static_cast<unsigned char>(body[1]) & 0xF0U) == 0xF0U;
  return adts || body.starts_with("ID3") || body.starts_with("WEBVTT") ||
         (body.size() > 1 && body[0] == '\x0B' && body[1] == '\x77');
}

}  // namespace

BodyLook look_at_body(std::string_view head, std::uint64_t size, bool fragmented) {
  if (head.empty()) return BodyLook::useless;
  if (is_mp4(head) || (!fragmented && is_packed(head))) return BodyLook::good;
  if (is_page(head)) return BodyLook::useless;
  if (fragmented || head.front() != '\x47') return BodyLook::suspect;
  const bool whole = size % kTsPacket == 0 && (size == kTsPacket || head[kTsPacket] == kTsSync);
  return whole ? BodyLook::good : BodyLook::suspect;
}

}  // namespace rec::capture
