// The whole of a session encoded anew into one small file.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/session.hpp"
#include "runtime/task.hpp"

namespace rec {

struct CompressRequest {
  std::vector<std::string> inputs{};  ///< MP4 files, in order; their codecs and sizes may differ
  /// Final path. Written beside it under a name that begins with it and a dot, synced, renamed: by that name
  /// what is unfinished is found and removed.
  std::string output{};
  std::string work_folder{};       ///< its own; what is kept in it lets a repeated call go on between passes
  std::string title{};             ///< metadata
  std::uint64_t target_bytes = 0;  ///< of the finished file, at most
  int audio_kbps = 128;
  bool two_pass = true;
  std::function<void(double)> progress{};  ///< 0 to 1, over all passes
};

class Compressor {
 public:
  virtual ~Compressor() = default;
  /// H.264 and AAC in a faststart MP4 with a thumbnail beside it, at low priority; scaled down where the
  /// bitrate would be too low for the picture. May be repeated, also after a kill: a pass that was finished
  /// is not done again, a finished output is taken. The work folder is empty or gone afterwards. invalid:
  /// target_bytes hold no picture worth the name; corrupt: an input cannot be decoded; not_found: the ffmpeg
  /// program is missing.
  virtual Task<session::PartFile> compress(CompressRequest request) = 0;
};

}  // namespace rec
