// `streamrecorder record URL`: the same program as `run`, with one channel, no Telegram, and an end.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/config_channels.hpp"
#include "app/names.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/house.hpp"
#include "cli/record_view.hpp"
#include "store/instance_lock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

/// Says "live" until the recording has ended; with --wait only once the page can be resolved.
class PageWatcher final : public Watcher {
 public:
  PageWatcher(capture::Resolver& resolver, const RecordOptions& options)
      : resolver_(resolver), options_(options) {}
  void over() { over_ = true; }

  Task<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) override {
    Sighting sighting;
    sighting.channel = channels.at(0).id;
    sighting.live = !over_;
    if (!over_ && options_.wait && !seen_) {
      capture::ResolveRequest request{channels[0].page_url, options_.quality, options_.cookies_file, ""};
      auto found = co_await resolver_.resolve(std::move(request));
      if (!found && found.error().code != Errc::not_found) co_return fail(std::move(found).error());
      seen_ = found.has_value();
      sighting.live = seen_;
      if (found) sighting.broadcast.title = found->title;
    }
    co_return std::vector<Sighting>{sighting};
  }

 private:
  capture::Resolver& resolver_;
  const RecordOptions& options_;
  bool over_ = false;
  bool seen_ = false;
};

std::string name_for(const WatchedChannel& channel) {
  if (channel.platform != "url") return channel.name;
  std::string path = channel.page_url.substr(0, channel.page_url.find_first_of("?#"));
  std::string stem = std::filesystem::path(path).stem().string();
  return safe_component(stem.empty() ? "stream" : stem, 60);
}

Settings settings_for(const RecordOptions& options, WatchedChannel channel, const std::string& journal) {
  Settings settings;
  channel.name = name_for(channel);
  settings.channels = {std::move(channel)};
  settings.channel_policy.offline_grace = std::chrono::seconds(0);
  settings.session_policy.publish = false;
  settings.data_folder = journal;
  settings.output_folder = std::filesystem::absolute(options.out).string();
  settings.path_template = "";
  settings.quality = options.quality;
  settings.cookies_file = options.cookies_file;
  settings.check_interval = options.wait ? Millis(10'000) : Millis(500);
  settings.record_duration = options.duration;
  return settings;
}

Task<> show_progress(const App& app, Clock& clock) {
  for (;;) {
    co_await clock.sleep(std::chrono::milliseconds(500));
    fmt::print(stderr, "\r\033[K{}", progress_line(app, clock.now()));
    std::fflush(stderr);
  }
}

RecordOutcome outcome_of(const App& app, const std::string& url, CaptureEnd end) {
  RecordOutcome outcome;
  outcome.url = url;
  outcome.end = std::move(end);
  for (const auto& [id, session] : app.model().sessions) {
    outcome.session = session;
    if (const auto gaps = app.model().gaps.find(id); gaps != app.model().gaps.end())
      outcome.gaps = gaps->second;
    const SessionSink* sink = app.sink(id);
    if (sink == nullptr) continue;
    outcome.segments = sink->media_segments();
    outcome.bytes = sink->bytes();
  }
  return outcome;
}

int finish(const RecordOptions& options, const RecordOutcome& outcome, int signalled) {
  if (options.common.json) fmt::print("{}\n", outcome_json(outcome));
  if (outcome.segments == 0 && signalled == 0) {
    Errc code = Errc::unavailable;
    if (outcome.end.reason == EndReason::denied) code = Errc::denied;
    if (outcome.end.reason == EndReason::disk) code = Errc::no_space;
    return report({code, options.url + ": " + outcome.end.text, {}});
  }
  if (!options.common.json) fmt::print(stderr, "{}", outcome_text(outcome));
  bool failed = false;
  for (const auto& part : outcome.session.parts) failed = failed || part.state == session::PartState::failed;
  if (failed) return kPartlyDone;
  if (signalled != 0) return 128 + signalled;
  return outcome.end.reason == EndReason::disk ? kDiskFull : kDone;
}

int record_with(const RecordOptions& options, const WatchedChannel& channel, const std::string& journal) {
  auto lock = InstanceLock::acquire(journal);
  if (!lock) return report(lock.error());
  auto store = SqliteStore::open(journal + "/state.db");
  if (!store) return report(store.error());
  Config config;
  House house(config);
  house.store = *std::move(store);
  auto watcher = std::make_unique<PageWatcher>(*house.resolver, options);
  PageWatcher* page = watcher.get();
  house.watcher = std::move(watcher);
  App app({house.io.get_executor(), house.clock, *house.store, *house.store_worker, *house.disk,
           *house.watcher, *house.recorder, *house.media, nullptr},
          settings_for(options, channel, journal));
  app.until_idle();
  CaptureEnd end{EndReason::cancelled, "stopped"};
  app.on_capture_end([&](const ChannelId&, const CaptureEnd& ended) {
    end = ended;
    page->over();
  });
  Supervisor view(house.io.get_executor(), [](const std::string&, const Error&) {});
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal) view.start("progress", show_progress(app, house.clock));
  int signalled = 0;
  auto ended = house.run(app, [&](int number) {
    signalled = number;
    page->over();
    app.finish_up();
  });
  if (terminal) fmt::print(stderr, "\r\033[K");
  if (!ended) return report(ended.error());
  const RecordOutcome outcome = outcome_of(app, options.url, end);
  const int code = finish(options, outcome, signalled);
  if (code == kPartlyDone || outcome.session.phase != session::Phase::done)
    return code;  // the journal is the evidence
  std::error_code ignored;
  std::filesystem::remove_all(journal, ignored);
  std::filesystem::remove(std::filesystem::path(journal).parent_path(), ignored);  // only when it is empty
  return code;
}

}  // namespace

int record_command(const RecordOptions& options) {
  log::Options logging;
  logging.level = log::Level::warn;
  if (!options.common.log_level.empty()) log::parse_level(options.common.log_level, logging.level);
  log::configure(logging);
  const auto channel = channel_of_url(options.url);
  if (!channel) return report({Errc::invalid, options.url + ": not an http or https URL", {}}, kUsage);
  // A journal of its own for each URL: two recordings share a folder, and a killed one is found again.
  const auto journal =
      std::filesystem::absolute(options.out) / ".streamrecorder" / safe_component(channel->id.str(), 100);
  std::error_code error;
  std::filesystem::create_directories(journal, error);
  if (error) return report(errno_error(error.value(), "creating " + journal.string()));
  return record_with(options, *channel, journal.string());
}

}  // namespace rec::cli
