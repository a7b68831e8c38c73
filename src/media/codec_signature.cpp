// Tells the container, and compares signatures.
#include "media/codec_signature.hpp"

#include <algorithm>

#include "media/es_headers.hpp"
#include "media/mp4_signature.hpp"
#include "media/ts_signature.hpp"

namespace rec::media {
namespace {

bool is_mp4(std::span<const std::uint8_t> head) {
  if (head.size() < 8) return false;
  const std::string_view name(reinterpret_cast<const char*>(head.data()) + 4, 4);
  constexpr std::string_view kFirstBoxes[] = {"ftyp", "styp", "moov", "moof", "sidx", "emsg", "prft", "free"};
  return std::ranges::find(kFirstBoxes, name) != std::end(kFirstBoxes);
}

// The length of the ID3 tag that packed audio begins with (RFC 8216, 3.4): four bytes of seven bits.
std::size_t id3_bytes(std::span<const std::uint8_t> head) {
  if (head.size() < 10 || head[0] != 'I' || head[1] != 'D' || head[2] != '3') return 0;
  std::size_t length = 10;
  for (std::size_t i = 0; i < 4; ++i) length += std::size_t{head[6 + i] & 0x7FU} << (7 * (3 - i));
  return length;
}

std::string packed_audio_signature(std::span<const std::uint8_t> head) {
  const std::size_t skipped = std::min(id3_bytes(head), head.size());
  const auto audio = head.subspan(skipped);
  if (audio.size() < 3 || audio[0] != 0xFF || (audio[1] & 0xE0U) != 0xE0) return "";
  const bool layer_is_none = (audio[1] & 0x06U) == 0;
  const bool rates_exist = (audio[2] & 0xF0U) != 0xF0 && (audio[2] & 0x0CU) != 0x0C;
  if (!layer_is_none) return rates_exist ? "+mp3" : "";
  const std::string parameters = adts_parameters(audio.first(std::min(audio.size(), kPesBytes)));
  return parameters.empty() ? "" : "+adts:" + parameters;
}

}  // namespace

std::string codec_signature(std::span<const std::uint8_t> head) {
  head = head.first(std::min(head.size(), kSignatureBytes));
  if (is_mp4(head)) return mp4_signature(head);
  std::string found = ts_signature(head);
  return found.empty() ? packed_audio_signature(head) : found;
}

}  // namespace rec::media
