// Brings a current yt-dlp beside the program: asked for, downloaded, checked, tried, and only then put in the
// place of the old one, which is kept for going back.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "capture/yt_dlp_resolver.hpp"
#include "capture/ytdlp_home.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

struct YtDlpUpdate {
  std::string data_folder{};
  std::string release_url{};     ///< the release's files lie below it: `asset` and SHA2-256SUMS
  std::string asset = "yt-dlp";  ///< a zip that python3 runs; "yt-dlp_linux" brings a Python of its own
  std::string proxy{};
  std::string probe_url{};  ///< a live page or playlist that the new program must be able to resolve
  Millis patience = std::chrono::minutes(2);  ///< so long it waits for those who use the present one
};

struct YtDlpSwitched {
  std::string version{};
  std::string before{};  ///< "" = there was none
  [[nodiscard]] bool changed() const { return version != before; }
};

/// Hears what is being done; again and again with the same step and the bytes that have come, while it is
/// downloaded.
using OnYtDlpStep = std::function<void(std::string_view step, std::uint64_t bytes)>;

struct YtDlpTools {
  HttpClient& http;
  Clock& clock;
  ChildRunner run = run_child;
  OnYtDlpStep on_step{};
};

/// Until the last step nothing that is in use changes; on any failure all stays as it was, and no half file
/// is left. corrupt: the download is not what the release says, or the program does not do its work (the text
/// tells what it said); conflict: another update runs, or the present one was in use for longer than
/// `patience`; unavailable, timed_out, not_found, rate_limited, denied: the release cannot be had; no_space.
/// Writes a few megabytes on the calling thread: for a process of its own. A defect of curl's or of the
/// program's cannot outlast ten minutes.
Task<YtDlpSwitched> update_ytdlp(YtDlpTools tools, YtDlpUpdate update);

/// Back to the version before; done again, it goes forward. The other one must still say its version.
/// not_found: there is none; conflict and corrupt as above.
Task<YtDlpSwitched> rollback_ytdlp(YtDlpTools tools, YtDlpUpdate update);

}  // namespace rec::capture
