// Comparing codec signatures piece by piece.
#include "core/codecs.hpp"

namespace rec {
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

}  // namespace

bool codecs_complete(std::string_view signature) {
  const SignaturePieces pieces = pieces_of(signature);
  return (pieces.picture.empty() || has_parameters(pieces.picture)) &&
         (pieces.sound.empty() || has_parameters(pieces.sound));
}

bool tells_pictures(std::string_view signature) { return has_parameters(pieces_of(signature).picture); }

bool codecs_continue(std::string_view known, std::string_view now) {
  if (known.empty()) return true;
  const SignaturePieces a = pieces_of(known);
  const SignaturePieces b = pieces_of(now);
  return piece_continues(a.picture, b.picture) && piece_continues(a.sound, b.sound);
}

bool pictures_mix(std::string_view known, std::string_view now) {
  const SignaturePieces a = pieces_of(known);
  const SignaturePieces b = pieces_of(now);
  return codec_of(a.picture) == "avc1" && codec_of(b.picture) == "avc1" && piece_continues(a.sound, b.sound);
}

std::string codecs_joined(std::string_view known, std::string_view now) {
  const SignaturePieces a = pieces_of(known);
  const SignaturePieces b = pieces_of(now);
  std::string out(piece_joined(a.picture, b.picture));
  const std::string_view sound = piece_joined(a.sound, b.sound);
  if (!sound.empty()) out.append("+").append(sound);
  return out;
}

}  // namespace rec
