// What yt-dlp is told when it records by itself. Pure. Nothing from the network becomes a path or a template.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/file_recorder.hpp"

namespace rec::capture {

/// The -f of a list of qualities ("1080p60,720p60,best", `audio`).
std::string ytdlp_format(const FileCaptureRequest& request);

/// Arguments behind the program's name. `beginning`: with --live-from-start, and with lines of progress.
std::vector<std::string> ytdlp_arguments(const FileCaptureRequest& request, const std::string& folder,
                                         const std::string& cookies, bool beginning);

/// How far the fetching of a broadcast's beginning is.
class BeginningProgress {
 public:
  /// `until`: the number of segments that are wanted; unset: as many as there were at the first report.
  explicit BeginningProgress(std::optional<std::int64_t> until) : until_(until) {}
  /// A line of yt-dlp's output.
  void read(std::string_view line);
  /// Of every format that is fetched, all that is wanted is there.
  [[nodiscard]] bool complete() const;

 private:
  struct Track {
    std::string format;
    std::int64_t index = 0;
  };
  std::optional<std::int64_t> until_;
  std::size_t formats_ = 1;  ///< that are fetched at the same time
  std::vector<Track> tracks_;
};

}  // namespace rec::capture
