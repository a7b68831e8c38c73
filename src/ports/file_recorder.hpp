// Capture by a program that writes files itself (yt-dlp as a whole): the second backend, for what the native
// engine cannot have. Segments and their order are not seen here, so nothing of it goes through a
// SegmentSink.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "core/segment.hpp"
#include "ports/recorder.hpp"
#include "runtime/task.hpp"

namespace rec {

/// Where one run of the program may write.
struct FilePlace {
  int number = 0;
  std::string folder{};  ///< is there, is empty, and is for this run alone
};

/// Where a session's files go. Lives on the decision thread; calls do not overlap.
class FileSink {
 public:
  virtual ~FileSink() = default;
  /// The place of the next run; it is durable when this returns, so that nothing is ever left behind that
  /// nobody knows of. Errors: as the disk says; conflict: the session takes no more.
  virtual Task<FilePlace> begin_file() = 0;
  /// Bytes in that place by now. To be asked every few seconds: it is also how the app sees that footage
  /// comes. no_space: the run is to be ended; begin_file() waits until there is room again.
  virtual Task<std::uint64_t> measure(FilePlace place) = 0;
  /// Nothing is written there any more. Not said of a place that stayed empty: begin_file() may give it out
  /// again.
  virtual void end_file(int number) = 0;
  /// So much is missing before or within what the run of that place brings, as far as anybody can tell.
  /// 0: nobody can.
  virtual void gap(int number, Micros duration, GapCause cause) = 0;
};

struct FileCaptureRequest {
  ChannelId channel;
  std::string page_url{};
  std::string broadcast{};       ///< as CaptureRequest::broadcast
  std::string quality = "best";  ///< as CaptureRequest::quality; `format` goes before it
  std::string codecs = "h264";   ///< as CaptureRequest::codecs; of the list the first one counts
  std::string format{};          ///< yt-dlp's -f, "" or "best" = by quality
  std::string cookies_file{};    ///< the program gets a private copy
  std::string proxy{};
  int retries = 10;
  int fragment_retries = 10;
  bool use_mpegts = false;
  /// The session has footage: what is not live any more must not be fetched again.
  bool continues = false;
  /// How old the newest of that footage is; unset: nobody knows.
  std::optional<Millis> newest_age{};
  /// record_beginning(): up to the platform's segment of this number; unset: up to what is the newest now.
  std::optional<std::int64_t> until_sequence{};
};

class FileRecorder {
 public:
  virtual ~FileRecorder() = default;
  /// Records, run after run, until the broadcast is over or cannot be had. Cancelling unwinds: the program is
  /// told to end, and what it wrote stays. Never returns an error for what the network does. `sink` must
  /// outlive the call.
  virtual asio::awaitable<CaptureEnd> record(FileCaptureRequest request, FileSink& sink) = 0;
  /// One run, of what was broadcast before now, where the platform keeps it. `endlist`: all of it is there.
  virtual asio::awaitable<CaptureEnd> record_beginning(FileCaptureRequest request, FileSink& sink) = 0;
  /// Ends whatever still writes into the place, be it of an earlier life of this program that was killed, and
  /// returns when it is gone: by SIGINT first, for what it has is to be readable.
  virtual Task<> end_leftovers(std::string folder) = 0;
};

}  // namespace rec
