#include "cli/house.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include "app/settings_of.hpp"
#include "base/fd.hpp"
#include "capture/chain_resolver.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/engine.hpp"
#include "capture/still_live.hpp"
#include "capture/twitch_resolver.hpp"
#include "capture/youtube_resolver.hpp"
#include "capture/yt_dlp_program.hpp"
#include "capture/yt_dlp_resolver.hpp"
#include "capture/ytdlp_recorder.hpp"
#include "cli/companion.hpp"
#include "media/child_media_maker.hpp"
#include "media/child_picture_maker.hpp"
#include "media/codec_signature.hpp"
#include "media/ffmpeg_compressor.hpp"
#include "runtime/curl_http.hpp"
#include "watch/request_turn.hpp"

namespace rec::cli {
namespace {

CurlHttpOptions http_options() {
  CurlHttpOptions options;
  rlimit limit{};
  // Each transfer and each kept connection takes a descriptor, and so do files and children.
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    options.max_total = std::clamp<rlim_t>(limit.rlim_cur / 4, 32, options.max_total);
  // As OpenSSL, curl and Python read it: an authority of one's own.
  if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr) options.ca_file = file;
  return options;
}

std::shared_ptr<RequestBudget> youtube_budget(const Config& config) {
  return std::make_shared<RequestBudget>(static_cast<std::size_t>(config.youtube.requests_per_minute), 3,
                                         static_cast<std::size_t>(config.youtube.reserved_requests()));
}

/// Whether there is a terminal that governs this process; one that has hung up is none any more.
bool has_terminal() {
  const Fd terminal(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  return static_cast<bool>(terminal);
}

/// What is borrowed outlives it: it runs to its end before House::run() returns.
Task<> run_and_close(App& app, Publisher* publisher, asio::signal_set& signals,
                     const std::function<asio::awaitable<void>()>& on_end) {
  auto result = co_await app.run();
  if (on_end) co_await on_end();
  if (publisher != nullptr) co_await publisher->close();
  signals.cancel();
  co_return result;
}

}  // namespace

House::House(const Config& in_effect) : config(in_effect) {
  raise_descriptor_limit();
  http = std::make_unique<CurlHttpClient>(http_options());
  capture::TwitchOptions twitch;
  twitch.gql_url = config.endpoints.twitch_gql;
  twitch.usher_url = config.endpoints.twitch_usher;
  twitch.account = [this] { return config.twitch.oauth_token; };
  const auto ytdlp_program = [this] {
    return capture::yt_dlp_program(config.recording.ytdlp, data_folder(config));
  };
  capture::YtDlpOptions yt_dlp;
  yt_dlp.program = ytdlp_program;
  capture::YoutubeOptions youtube;
  youtube.base_url = config.endpoints.youtube;
  youtube_requests = youtube_budget(config);
  youtube.turn = [this](bool only_a_look) { return request_turn(youtube_requests, clock, !only_a_look); };
  resolver_data = std::make_shared<capture::ResolverDataFile>(resolver_data_path(config));
  twitch.data = youtube.data = yt_dlp.data = resolver_data;
  twitch_resolver = capture::make_twitch_resolver(*http, twitch);
  yt_dlp_resolver = capture::make_yt_dlp_resolver(yt_dlp);
  capture::ResolverChain chain;
  chain.direct = capture::make_direct_resolver(*http);
  chain.twitch = capture::make_twitch_resolver(*http, std::move(twitch));
  chain.youtube = capture::make_youtube_resolver(*http, std::move(youtube));
  chain.yt_dlp = capture::make_yt_dlp_resolver(std::move(yt_dlp));
  chain.youtube_url = config.endpoints.youtube;
  chain.youtube_by_yt_dlp = [this] { youtube_requests->charge(clock.steady(), kRequestsOfYtDlp); };
  chain.twitch_url = config.endpoints.twitch_usher;
  resolver = capture::make_chain_resolver(*http, std::move(chain));
  recorder = capture::make_native_recorder(*http, clock, *resolver);
  media = media::make_child_media_maker({media_program(), "worker"});
  pictures = media::make_child_picture_maker({media_program(), "worker"});
  capture::YtDlpRecorderOptions whole;
  whole.program = ytdlp_program;
  whole.still_live = capture::make_still_live(*http, *resolver);
  file_recorder = capture::make_ytdlp_recorder(clock, *chores, std::move(whole));
  file_cutter = media::make_child_file_cutter({media_program(), "worker"});
  compressor = media::make_ffmpeg_compressor(*chores, {media_program(), "worker"});
}

App::Needs House::needs() {
  std::vector<Watcher*> all_watchers;
  for (const auto& one : watchers) all_watchers.push_back(one.get());
  auto codecs_of = [](std::string_view bytes) {
    return media::codec_signature({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  };
  return {io.get_executor(),
          clock,
          *store,
          *store_worker,
          *disk,
          *chores,
          std::move(all_watchers),
          *recorder,
          *media,
          codecs_of,
          publisher.get(),
          {},
          file_recorder.get(),
          file_cutter.get(),
          compressor.get()};
}

Result<void> House::run(App& app, const std::function<void(int)>& on_signal,
                        const std::function<asio::awaitable<void>()>& on_end,
                        const std::function<void()>& on_hang_up) {
  Result<void> ended;
  const bool at_terminal = has_terminal();
  asio::signal_set signals(io, SIGINT, SIGTERM);
  struct sigaction hang_up{};
  if (sigaction(SIGHUP, nullptr, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) signals.add(SIGHUP);
  bool asked = false;
  std::function<void(const boost::system::error_code&, int)> heard =
      [&](const boost::system::error_code& error, int number) {
        if (error) return;
        if (number == SIGHUP && on_hang_up && (!at_terminal || has_terminal())) {
          signals.async_wait(heard);
          return on_hang_up();
        }
        if (std::exchange(asked, true)) _exit(128 + number);
        on_signal(number);
        signals.async_wait(heard);
      };
  signals.async_wait(heard);
  std::exception_ptr broken;
  asio::co_spawn(io, run_and_close(app, publisher.get(), signals, on_end),
                 [&](std::exception_ptr thrown, Result<void> result) {
                   broken = std::move(thrown);
                   ended = std::move(result);
                   io.stop();
                 });
  io.run();
  if (broken) std::rethrow_exception(broken);
  return ended;
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // what it was is enough for a handful of channels
}

std::string find_tdlib(const std::string& given) {
  if (!given.empty()) return given;
  static constexpr const char* kInstalled =
      "tools/telegram/node_modules/@prebuilt-tdlib/linux-x64-glibc/libtdjson.so";
  const std::filesystem::path program = std::filesystem::path(self_path()).parent_path();
  const std::array<std::filesystem::path, 5> places = {
      program / "libtdjson.so", program / "../lib/streamrecorder/libtdjson.so",
      program / "../../" / kInstalled,  // build/release/streamrecorder in a source tree
      std::filesystem::path(kInstalled), "/usr/lib/streamrecorder/libtdjson.so"};
  for (const auto& place : places) {
    std::error_code ignored;
    if (std::filesystem::exists(place, ignored))
      return std::filesystem::weakly_canonical(place, ignored).string();
  }
  return {};
}

}  // namespace rec::cli
