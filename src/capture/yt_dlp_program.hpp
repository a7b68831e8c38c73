// Which yt-dlp is run.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "capture/ytdlp_home.hpp"

namespace rec::capture {

struct YtDlpProgram {
  std::string path = "yt-dlp";
  /// Before all others: what this version takes and older ones would refuse. By itself yt-dlp runs YouTube's
  /// JavaScript with deno alone; node and QuickJS have to be allowed.
  std::vector<std::string> arguments{};
  std::shared_ptr<const HeldYtDlp> held{};  ///< keep it until the child has ended
};

/// Of recording.ytdlp: `auto` is our own copy (ytdlp_home.hpp) where there is one, else the yt-dlp in PATH;
/// anything else is a path or a name in PATH. Ask before each run, for an update may have come. unavailable:
/// our own is being switched at this instant. Blocking, and short.
Result<YtDlpProgram> yt_dlp_program(const std::string& configured, const std::string& data_folder);

}  // namespace rec::capture
