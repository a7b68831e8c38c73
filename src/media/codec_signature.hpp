// Which codecs a segment holds and how they are set up, told from its first bytes alone: whether what follows
// a reconnect, or another init section, may go on in the same file. Pure, without libav, bounded, and safe on
// hostile bytes: it runs in the recorder's own process.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rec::media {

/// Bytes of a segment that codec_signature looks at; more are ignored.
inline constexpr std::size_t kSignatureBytes = 2U << 20U;

/// "<picture>+<sound>", e.g. "avc1:9e107d9d+mp4a:48000x2/2"; "avc1:9e107d9d" without sound, "+mp4a:48000x2/2"
/// without picture; "" when nothing can be told, as from a segment of fMP4 (its init section is what tells)
/// or of MPEG-TS without a program map.
///
/// Picture: codec, and behind ':' a hash of the parameter set that governs it (the SPS in MPEG-TS, the whole
/// codec box in fMP4). Sound: codec, and behind ':' rate x channels / object type (the ADTS header) or a hash
/// of the codec box. Without ':': the codec is there, but not its parameters, in these bytes. The codec is
/// named as in MP4 ("avc1", "hvc1", "mp4a"); packed audio is "adts" or "mp3".
std::string codec_signature(std::span<const std::uint8_t> head);

}  // namespace rec::media
