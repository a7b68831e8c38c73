// The second backend: yt-dlp records by itself, run after run, while the broadcast is on.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "base/time.hpp"
#include "capture/yt_dlp_program.hpp"
#include "ports/file_recorder.hpp"
#include "runtime/clock.hpp"
#include "runtime/worker.hpp"

namespace rec::capture {

struct YtDlpRecorderOptions {
  /// Asked before each run, and what it gives is kept until the run is over; unset: "yt-dlp" from PATH.
  std::function<Result<YtDlpProgram>()> program{};
  std::string ffmpeg{};  ///< for --ffmpeg-location, "" = yt-dlp looks in PATH
  /// Asked when a run has ended well, which is how a broadcast ends, and a playlist that was cut off, too;
  /// and when it was a short one. Unset: whether it is still on shows when it is tried again.
  std::function<Task<bool>(FileCaptureRequest)> still_live{};
  Millis stalled_after = std::chrono::seconds(90);  ///< a run whose files do not grow is ended and begun anew
  Millis measured_every = std::chrono::seconds(5);
};

/// `clock` and `chores` (it reads /proc) must outlive the recorder and its calls. Decision thread only;
/// several calls may run at a time.
///
/// Each run has a place of its own (FileSink). Every process of a run carries the place in its environment,
/// so that one which outlived us is found without a number that may be somebody else's by then. A run that
/// brought footage is followed by the next at once; one that brought none says by its words how this ends:
/// offline, denied, or, after five in a row, failed. What it says of an ended playlist stands in
/// ytdlp_arguments.cpp: it is not fetched again.
std::unique_ptr<FileRecorder> make_ytdlp_recorder(Clock& clock, Worker& chores,
                                                  YtDlpRecorderOptions options = {});

}  // namespace rec::capture
