// Files that another program recorded, as the app needs them: looked at, and cut into parts.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/session.hpp"
#include "runtime/task.hpp"

namespace rec {

struct CutFileRequest {
  std::string input{};
  std::string sound{};          ///< where the sound lies in a file of its own, "" = with the picture
  std::string output_folder{};  ///< must be there
  std::string stem{};           ///< the parts are called "<stem>-001.mp4", "<stem>-002.mp4", …
  std::uint64_t bytes = 0;      ///< of a part, at most
  Millis duration{0};           ///< of a part, at most; 0 = any
  bool sound_alone = false;     ///< the pictures are left out, where there is sound
};

struct FileLookRequest {
  std::string file{};
  std::string previous{};            ///< the file before it, "" = none
  std::uint64_t window = 8U << 20U;  ///< bytes of media that are compared before the rest is
};

struct FileLook {
  Millis duration{0};  ///< 0 = not known
  std::uint64_t bytes = 0;
  bool repeats =
      false;  ///< all its pictures (or sound, where that is all) are those at the end of `previous`
  bool operator==(const FileLook&) const = default;
};

class FileCutter {
 public:
  virtual ~FileCutter() = default;
  /// At keyframes; the whole input in one pass. Nothing is encoded anew but a group of pictures that alone is
  /// larger than a part may be; its parts say so (PartFile::encoded). Same input, same parts: may be
  /// repeated. corrupt: nothing playable in it; invalid: such a group that cannot be encoded.
  virtual Task<std::vector<session::PartFile>> cut(CutFileRequest request) = 0;
  /// Compares packets, not the bytes of the container around them. corrupt: `file` is no media; a `previous`
  /// that is none repeats nothing.
  virtual Task<FileLook> look(FileLookRequest request) = 0;
};

}  // namespace rec
