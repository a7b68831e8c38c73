// `streamrecorder ytdlp update|rollback`.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "app/config.hpp"
#include "app/settings_of.hpp"
#include "capture/resolver_data.hpp"
#include "capture/ytdlp_update.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_task.hpp"
#include "cli/owner.hpp"
#include "runtime/curl_http.hpp"
#include "runtime/subprocess.hpp"
#include "runtime/system_clock.hpp"
#include "sim/origin/origin.hpp"

namespace rec::cli {
namespace {

/// A page of our own for the new program to resolve: it needs nobody, and what fails on it is the program.
class TrialPage {
 public:
  TrialPage() {
    origin_.add_file("/trial.m3u8",
                     "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1920x1080,FRAME-RATE=60,"
                     "CODECS=\"avc1.64002A,mp4a.40.2\"\nlive.m3u8\n",
                     "application/vnd.apple.mpegurl");
    origin_.add_file("/live.m3u8",
                     "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n"
                     "#EXTINF:2,\n1.ts\n#EXTINF:2,\n2.ts\n",
                     "application/vnd.apple.mpegurl");
  }
  [[nodiscard]] std::string url() const { return origin_.url("/trial.m3u8"); }

 private:
  sim::Origin origin_;
};

/// The zip is a tenth of the size, starts in a third of the time and can be read; it wants Python 3.10.
/// Without one it has to be the program that brings its own.
Task<std::string> asset_for(std::string asked) {
  if (asked != "auto") co_return asked;
  ChildRequest python;
  python.argv = {"python3", "-c", "import sys; sys.exit(0 if sys.version_info >= (3, 10) else 3)"};
  auto ended = co_await run_child(std::move(python));
  co_return ended && ended->exit_code == 0 ? std::string("yt-dlp") : std::string("yt-dlp_linux");
}

/// On a terminal the bytes count up in the line of the step.
void show_step(std::string_view step, std::uint64_t bytes) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (bytes == 0) {
    fmt::print(stderr, "{}{}\n", terminal ? "\r\033[K" : "", step);
  } else if (terminal) {
    fmt::print(stderr, "\r\033[K  {:.1f} MB", static_cast<double>(bytes) / 1e6);
    std::fflush(stderr);
  }
}

int ended(const Result<capture::YtDlpSwitched>& switched, const Config& config) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
  if (!switched) {
    // Six is for a second `run`.
    return report(switched.error(),
                  switched.error().code == Errc::conflict ? kFailed : exit_code(switched.error()));
  }
  if (!switched->changed()) {
    fmt::print("yt-dlp {} is the newest, and in use\n", switched->version);
  } else if (switched->before.empty()) {
    fmt::print("yt-dlp {} is in use\n", switched->version);
  } else {
    fmt::print("yt-dlp {} is in use; {} is kept: streamrecorder ytdlp rollback\n", switched->version,
               switched->before);
  }
  if (config.recording.ytdlp != "auto") {
    fmt::print(stderr, "warning: recording.ytdlp names {}, so that one is run; set it to auto\n",
               config.recording.ytdlp);
  }
  return kDone;
}

Result<Config> config_of(const YtDlpCommandOptions& options) {
  REC_TRY(auto loaded, config_or_defaults(options.common.config));  // `record` needs no file either
  REC_CHECK(act_as_owner(data_folder(loaded.config)));
  return std::move(loaded.config);
}

}  // namespace

int ytdlp_update_command(const YtDlpCommandOptions& options) {
  const auto config = config_of(options);
  if (!config) return report(config.error(), kConfiguration);
  asio::io_context io;
  SystemClock clock;
  CurlHttpClient http;
  const TrialPage page;
  const auto asset = run_one_task(io, asset_for(options.asset));
  capture::YtDlpUpdate update;
  update.data_folder = data_folder(*config);
  update.release_url = options.from;
  if (update.release_url.empty()) {
    update.release_url = capture::ResolverDataFile(resolver_data_path(*config)).now()->yt_dlp.release_url;
  }
  while (update.release_url.ends_with('/')) update.release_url.pop_back();
  update.asset = asset.value_or("yt-dlp");
  update.proxy = config->proxy.reveal();
  update.probe_url = options.probe.empty() ? page.url() : options.probe;
  if (options.asset == "auto") {
    show_step(update.asset == "yt-dlp" ? "taking yt-dlp, which runs on this machine's python3"
                                       : "taking yt-dlp_linux, which brings its own Python: there is no "
                                         "python3 of 3.10 or newer here",
              0);
  }
  capture::YtDlpTools tools{http, clock, run_child, show_step};
  return ended(run_one_task(io, capture::update_ytdlp(std::move(tools), std::move(update))), *config);
}

int ytdlp_rollback_command(const YtDlpCommandOptions& options) {
  const auto config = config_of(options);
  if (!config) return report(config.error(), kConfiguration);
  asio::io_context io;
  SystemClock clock;
  CurlHttpClient http;
  capture::YtDlpUpdate update;
  update.data_folder = data_folder(*config);
  capture::YtDlpTools tools{http, clock, run_child, show_step};
  return ended(run_one_task(io, capture::rollback_ytdlp(std::move(tools), std::move(update))), *config);
}

}  // namespace rec::cli
