// An existing file of any size into parts that can be sent, at keyframes, nothing encoded anew. Blocking, any
// thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/session.hpp"
#include "media/cut_request.hpp"

namespace rec::media {

/// Telegram Desktop looks for the index in the first 8 MiB.
inline constexpr std::uint64_t kMostIndex = 7U << 20U;

/// Writes "<output_folder>/<name_stem>-001.mp4", "-002.mp4", … with thumbnails beside them (part_maker.hpp);
/// each begins with a keyframe and is within the limits, its index within 7 MiB. Every packet of the main
/// picture and the main sound is in one of them, but pictures before the first keyframe. Reads the input
/// once; keeps one group of pictures, 64 MiB of it in memory and the rest in a file beside the parts that has
/// no name. Same input and limits, same parts.
///
/// With request.encode, from a keyframe to the next one where no part can hold what lies between them, the
/// pictures are encoded anew, into parts of their own that say so (PartFile::encoded); its sound is not.
///
/// not_found, denied, no_space: as the disk says; corrupt: not media, or nothing playable, or of a codec that
/// MP4 cannot hold; invalid: one group of pictures alone is larger than the limit (it has to be encoded
/// anew, and that was not asked for or cannot be done), or limits.bytes is 0. After an error none of the
/// parts is left.
Result<std::vector<session::PartFile>> cut_file(const CutRequest& request);

}  // namespace rec::media
