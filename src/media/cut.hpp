// An existing file of any size into parts that can be sent, at keyframes, nothing encoded anew. Blocking, any
// thread.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/session.hpp"

namespace rec::media {

/// Telegram Desktop looks for the index in the first 8 MiB.
inline constexpr std::uint64_t kMostIndex = 7U << 20U;

struct CutLimits {
  std::uint64_t bytes = 0;  ///< of a finished part, all of it; more than 0
  Millis duration{0};  ///< of a part, cut at the last keyframe within; one longer group of pictures makes a
                       ///< longer part; 0 = any
};

struct CutRequest {
  std::string input{};
  std::string output_folder{};  ///< must be there
  std::string name_stem{};
  CutLimits limits{};
  std::string sound{};  ///< a file that the sound is taken from, "" = `input`
  // In this process only:
  std::string title{};  ///< metadata; "" = name_stem
  std::function<std::string(std::size_t)>
      path{};  ///< of part 0, 1, …, in place of output_folder and name_stem
};

/// Writes "<output_folder>/<name_stem>-001.mp4", "-002.mp4", … with thumbnails beside them (part_maker.hpp);
/// each begins with a keyframe and is within the limits, its index within 7 MiB. Every packet of the main
/// picture and the main sound is in one of them, but pictures before the first keyframe. Reads the input
/// once; keeps one group of pictures in memory, 512 MiB at most. Same input and limits, same parts.
///
/// not_found, denied, no_space: as the disk says; corrupt: not media, or nothing playable, or of a codec that
/// MP4 cannot hold; invalid: one group of pictures alone is larger than the limit (it has to be encoded
/// anew), or limits.bytes is 0. After an error none of the parts is left.
Result<std::vector<session::PartFile>> cut_file(const CutRequest& request);

}  // namespace rec::media
