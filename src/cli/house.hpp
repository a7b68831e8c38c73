// The running program's furniture: loop, workers, HTTP, adapters. Built once by `run` and by `record`.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/app.hpp"
#include "app/config.hpp"
#include "capture/resolver.hpp"
#include "capture/resolver_data.hpp"
#include "ports/compressor.hpp"
#include "ports/picture_maker.hpp"
#include "publish/tdlib_publisher.hpp"
#include "runtime/http.hpp"
#include "runtime/system_clock.hpp"
#include "watch/request_budget.hpp"
#include "watch/watch_memory.hpp"

namespace rec::cli {

struct House {
  Config config;  ///< in effect; `run` changes it while it runs
  asio::io_context io{1};
  SystemClock clock{};
  std::unique_ptr<Store> store{};  ///< before the workers: they are joined first, and may be writing to it
  std::unique_ptr<Worker> store_worker = make_thread_worker("store");
  std::unique_ptr<Worker> disk = make_thread_worker("disk", 4);  ///< syncs wait, and together they are one
  std::unique_ptr<Worker> chores = make_thread_worker("chores");
  std::unique_ptr<HttpClient> http{};
  std::shared_ptr<RequestBudget>
      youtube_requests{};  ///< youtube.requests_per_minute, of looks and recordings
  std::shared_ptr<WatchMemory> watch_memory{};
  std::unique_ptr<capture::Resolver> twitch_resolver{};  ///< without yt-dlp behind it: for probes
  std::unique_ptr<capture::Resolver> yt_dlp_resolver{};  ///< it alone: for pages that cannot be understood
  std::unique_ptr<capture::Resolver> resolver{};
  std::shared_ptr<capture::ResolverDataFile> resolver_data{};
  std::unique_ptr<Recorder> recorder{};
  std::unique_ptr<MediaMaker> media{};
  std::unique_ptr<PictureMaker> pictures{};
  std::unique_ptr<FileRecorder> file_recorder{};
  std::unique_ptr<FileCutter> file_cutter{};
  std::unique_ptr<Compressor> compressor{};
  std::vector<std::unique_ptr<Watcher>> watchers{};
  std::unique_ptr<TelegramPublisher> publisher{};

  /// HTTP, resolver, recorder and media maker, for the endpoints of the configuration.
  explicit House(const Config& config);

  /// What an App needs of this house.
  [[nodiscard]] App::Needs needs();
  /// Runs the app until it ends. SIGINT, SIGTERM and, unless nohup has it ignored, SIGHUP call `on_signal`
  /// with the number; a second one ends the process at once, with 128 + its number. `on_end` is awaited when
  /// the app has ended, while all that it used is still there. With `on_hang_up` a SIGHUP calls that instead,
  /// but where the terminal that the program was started at is gone.
  Result<void> run(App& app, const std::function<void(int)>& on_signal,
                   const std::function<asio::awaitable<void>()>& on_end = {},
                   const std::function<void()>& on_hang_up = {});
};

/// Raises RLIMIT_NOFILE to the hard limit: hundreds of channels need thousands of descriptors.
void raise_descriptor_limit();
/// libtdjson.so: `given`, or the one beside the program, or the one that tools/bootstrap installed; "" if
/// there is none.
std::string find_tdlib(const std::string& given);

}  // namespace rec::cli
