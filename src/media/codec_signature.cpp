// Tells the container, and compares signatures.
#include "media/codec_signature.hpp"

#include <algorithm>

#include "media/es_headers.hpp"
#include "media/mp4_signature.hpp"
#include "media/ts_signature.hpp"

namespace rec::media {
namespace {

struct SignaturePieces {
  std::string_view picture;
  std::string_view sound;
};

SignaturePieces pieces_of(std::string_view signature) {
  const std::size_t plus = signature.find('+');
  if (plus == std::string_view::npos) return {signature, ""};
  return {signature.substr(0, plus), signature.substr(plus + 1)};
}

std::string_view codec_of(std::string_view piece) { return piece.substr(0, piece.find(':')); }
bool has_parameters(std::string_view piece) { return piece.find(':') != std::string_view::npos; }

bool piece_continues(std::string_view known, std::string_view now) {
  if (now.empty() || known == now) return true;
  return codec_of(known) == codec_of(now) && !(has_parameters(known) && has_parameters(now));
}

std::string_view piece_joined(std::string_view known, std::string_view now) {
  return known.empty() || (has_parameters(now) && !has_parameters(known)) ? now : known;
}

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

bool codecs_continue(std::string_view known, std::string_view now) {
  if (known.empty()) return true;
  const SignaturePieces a = pieces_of(known);
  const SignaturePieces b = pieces_of(now);
  return piece_continues(a.picture, b.picture) && piece_continues(a.sound, b.sound);
}

std::string codecs_joined(std::string_view known, std::string_view now) {
  const SignaturePieces a = pieces_of(known);
  const SignaturePieces b = pieces_of(now);
  std::string out(piece_joined(a.picture, b.picture));
  const std::string_view sound = piece_joined(a.sound, b.sound);
  if (!sound.empty()) out.append("+").append(sound);
  return out;
}

}  // namespace rec::media
