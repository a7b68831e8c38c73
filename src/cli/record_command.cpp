// `streamrecorder record URL`: the same program as `run`, with one channel, no Telegram, and an end.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/config_channels.hpp"
#include "app/file_post.hpp"
#include "app/names.hpp"
#include "app/settings_of.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/companion.hpp"
#include "cli/exit_codes.hpp"
#include "cli/house.hpp"
#include "cli/record_post.hpp"
#include "cli/record_view.hpp"
#include "ports/watcher.hpp"
#include "runtime/signal.hpp"
#include "store/instance_lock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

/// Says "live" until the recording has ended. Before it says so for the first time it resolves the page,
/// unless a killed recording is to be gone on with: a slip in the address is told at once, and --wait waits
/// here.
class PageWatcher final : public Watcher {
 public:
  PageWatcher(House& house, const Settings& settings, bool wait, bool resumed)
      : resolver_(*house.resolver),
        clock_(house.clock),
        settings_(settings),
        wait_(wait),
        changed_(house.io.get_executor()),
        seen_(resumed) {}

  void over() {
    over_ = true;
    changed_.notify();
  }
  /// Called once when the page cannot be recorded.
  void on_hopeless(std::function<void(Error)> callback) { on_hopeless_ = std::move(callback); }

  Task<> watch(WatchList& list) override {
    for (;;) {
      const WatchedChannel channel = list.targets().at(0).channel;
      Sighting sighting;
      sighting.channel = channel.id;
      if (!seen_ && !over_) sighting.broadcast.title = co_await first_look(channel.page_url);
      const bool live = seen_ && !over_;
      sighting.live = live;
      list.saw(std::move(sighting));
      if (live && over_) continue;
      co_await changed_.wait_until(clock_, clock_.steady() + pause());
    }
  }

 private:
  asio::awaitable<std::string> first_look(std::string page_url) {
    capture::ResolveRequest request;
    request.page_url = std::move(page_url);
    request.quality = settings_.capture.quality;
    request.codecs = settings_.codecs;
    request.cookies_file = settings_.capture.cookies_file;
    request.proxy = settings_.capture.proxy;
    auto found = co_await resolver_.resolve(std::move(request));
    seen_ = found.has_value();
    if (seen_) co_return found->title;
    const Errc code = found.error().code;
    const bool passing = code == Errc::unavailable || code == Errc::timed_out || code == Errc::rate_limited;
    if (wait_ && (passing || code == Errc::not_found)) co_return std::string();
    if (passing && ++failures_ < kFirstLooks) {
      co_await clock_.sleep(std::chrono::seconds(1));
      co_return std::string();
    }
    over_ = true;
    if (on_hopeless_) on_hopeless_(found.error());
    co_return std::string();
  }

  // What is known needs no second look: over() tells the end.
  [[nodiscard]] std::chrono::milliseconds pause() const {
    return wait_ || seen_ || over_ ? std::chrono::seconds(10) : std::chrono::milliseconds(500);
  }

  static constexpr int kFirstLooks = 3;
  capture::Resolver& resolver_;
  Clock& clock_;
  const Settings settings_;
  const bool wait_;
  Signal changed_;
  std::function<void(Error)> on_hopeless_;
  bool over_ = false;
  bool seen_ = false;
  int failures_ = 0;
};

std::string name_for(const WatchedChannel& channel) {
  if (channel.platform != "url") return channel.name;
  std::string path = channel.page_url.substr(0, channel.page_url.find_first_of("?#"));
  std::string stem = std::filesystem::path(path).stem().string();
  return safe_component(stem.empty() ? "stream" : stem, 60);
}

/// Of a configuration `record` takes what is about pages: platforms, quality, cookies, proxies, yt-dlp.
Settings settings_for(const RecordOptions& options, const Config& config, WatchedChannel channel,
                      const std::string& journal) {
  Settings settings;
  settings.capture = capture_settings_of(config, channel);
  settings.codecs = config.recording.codecs;
  settings.ytdlp = ytdlp_settings_of(config);
  channel.name = name_for(channel);
  settings.channels = {std::move(channel)};
  settings.channel_policy.offline_grace = std::chrono::seconds(0);
  settings.session_policy.publish = false;
  settings.data_folder = journal;
  settings.output_folder = std::filesystem::absolute(options.out).string();
  settings.path_template = "";
  if (!std::filesystem::exists(settings.capture.cookies_file)) settings.capture.cookies_file.clear();
  if (!options.quality.empty()) settings.capture.quality = options.quality;
  if (options.audio) settings.capture.quality = "audio";
  if (!options.cookies_file.empty()) settings.capture.cookies_file = options.cookies_file;
  settings.record_duration = options.duration;
  settings.stop_when_full = true;
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
    for (const auto& part : session.parts) outcome.bytes += part.file_take != 0 ? part.file.bytes : 0;
    const SessionSink* sink = app.sink(id);
    if (sink == nullptr) continue;
    outcome.segments = sink->media_segments();
    outcome.bytes += sink->bytes();
  }
  return outcome;
}

int finish(const RecordOptions& options, const RecordOutcome& outcome, int signalled) {
  if (options.common.json) fmt::print("{}\n", outcome_json(outcome));
  if (outcome.session.parts.empty() && outcome.segments == 0 && signalled == 0) {
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
  const bool broke_off = outcome.end.reason == EndReason::failed || outcome.end.reason == EndReason::denied ||
                         outcome.end.reason == EndReason::expired;
  if (broke_off)
    return report({Errc::unavailable, options.url + ": the recording broke off: " + outcome.end.text, {}},
                  kPartlyDone);
  return outcome.end.reason == EndReason::disk ? kDiskFull : kDone;
}

/// The journal is the evidence of what went wrong; when all went well it goes.
void clear_away(const std::string& journal) {
  std::error_code ignored;
  std::filesystem::remove_all(journal, ignored);
  std::filesystem::remove(std::filesystem::path(journal).parent_path(), ignored);  // only when it is empty
}

/// What a killed `record` left: a recording to go on with, or parts to finish, or nothing.
enum class Left { nothing, recording, work };

Left left_by_a_kill(Store& store) {
  const auto kept = store.load();
  if (!kept || kept->sessions.empty()) return Left::nothing;
  for (const auto& session : kept->sessions) {
    if (session.phase == session::Phase::recording) return Left::recording;
  }
  return Left::work;
}

/// `data`: the folder of the program that posts, "" = nothing is posted.
/// `journal`: where it is noted that no more parts come; "" = nobody posts them.
asio::awaitable<void> end_what_runs_beside(Supervisor& beside, const App& app, Worker& chores,
                                           std::string journal, Result<void>& noted) {
  beside.cancel_all();
  co_await beside.join();
  if (!journal.empty()) noted = co_await note_the_end(app, chores, std::move(journal));
}

int record_with(const RecordOptions& options, const Config& config, const WatchedChannel& channel,
                const std::string& journal, const std::string& data) {
  auto lock = InstanceLock::acquire(journal);
  if (!lock) return report(lock.error());
  auto store = SqliteStore::open(journal + "/state.db");
  if (!store) return report(store.error());
  House house(config);
  house.store = *std::move(store);
  const Left left = left_by_a_kill(*house.store);
  const Settings settings = settings_for(options, config, channel, journal);
  auto watcher = std::make_unique<PageWatcher>(house, settings, options.wait, left == Left::recording);
  PageWatcher* page = watcher.get();
  house.watchers.push_back(std::move(watcher));
  App app(house.needs(), settings);
  app.until_idle(left != Left::nothing);
  CaptureEnd end{EndReason::cancelled, "stopped"};
  app.on_capture_end([&](const ChannelId&, const CaptureEnd& ended) {
    end = ended;
    page->over();
  });
  if (left == Left::work) page->over();  // all of it is captured: only the parts are to be finished
  std::optional<Error> hopeless;
  page->on_hopeless([&](Error error) {
    hopeless = std::move(error);
    app.stop();
  });
  Supervisor beside(house.io.get_executor(), [](const std::string& name, const Error& error) {
    log::warn("task.failed", {{"task", name}, {"error", error.text}});
  });
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (terminal) beside.start("progress", show_progress(app, house.clock));
  if (!data.empty()) {
    PostedWhileMade posted{app, house.clock, *house.chores, options, journal, data};
    beside.start("post", post_while_made(std::move(posted)));
  }
  int signalled = 0;
  const auto on_signal = [&](int number) {
    signalled = number;
    page->over();
    app.finish_up();
  };
  Result<void> noted;
  const auto on_end = [&] {
    return end_what_runs_beside(beside, app, *house.chores, data.empty() ? "" : journal, noted);
  };
  auto ended = house.run(app, on_signal, on_end);
  if (terminal) fmt::print(stderr, "\r\033[K");
  if (!ended && ended.error().code == Errc::no_space) {
    return report(
        {Errc::no_space, ended.error().text + "; make room, then give the same command again to go on", {}});
  }
  if (!ended) return report(ended.error());
  if (hopeless) {
    clear_away(journal);
    return report(std::move(*hopeless).in(options.url));
  }
  const RecordOutcome outcome = outcome_of(app, options.url, end);
  if (!noted) return report(noted.error());
  const int code = finish(options, outcome, signalled);
  const bool aside = std::ranges::any_of(
      outcome.session.files, [](const auto& file) { return file.state == session::FileState::aside; });
  if (code != kPartlyDone && !aside && outcome.session.phase == session::Phase::done) clear_away(journal);
  return code;
}

/// None is needed. One that lies around and is wrong must not cost a recording; one that was named is to be
/// right.
Result<Config> config_for_record(const std::string& given) {
  const auto path = find_config_file(given);
  if (!path && !given.empty()) return fail(path.error());
  if (!path && path.error().code != Errc::not_found)
    log::warn("config.not_used", {{"path", ""}, {"error", path.error().text}});
  if (!path) return Config{};
  auto loaded = load_config(*path);
  if (loaded) return std::move(loaded->config);
  if (!given.empty()) return fail(std::move(loaded).error());
  log::warn("config.not_used", {{"path", *path}, {"error", loaded.error().text}});
  return Config{};
}

}  // namespace

int record_command(const RecordOptions& options) {
  log::Options logging;
  logging.level = log::Level::warn;
  logging.color = !options.common.no_color;
  if (!options.common.log_level.empty()) log::parse_level(options.common.log_level, logging.level);
  log::configure(logging);
  const auto channel = channel_of_url(options.url);
  if (!channel) return report({Errc::invalid, options.url + ": not an http or https URL", {}}, kUsage);
  if (const auto there = check_media_program(); !there) return report(there.error(), kMissingProgram);
  std::string data;
  if (options.to) {
    const auto loaded = config_or_defaults(options.common.config);
    if (!loaded) return report(loaded.error(), kConfiguration);
    const auto settings = settings_of(loaded->config);
    if (!settings) return report(settings.error(), kConfiguration);
    const auto target = check_target(*settings, target_name(*options.to));
    // `target add` may have named it: the store knows, and is not ours to open.
    const bool kept = std::filesystem::exists(loaded->config.state.path);
    if (!target && !kept) return report(target.error(), kConfiguration);
    data = data_folder(loaded->config);
  }
  // A journal of its own for each URL: two recordings share a folder, and a killed one is found again.
  const auto journal =
      std::filesystem::absolute(options.out) / ".streamrecorder" / safe_component(channel->id.str(), 100);
  std::error_code error;
  std::filesystem::create_directories(journal, error);
  if (error) return report(errno_error(error.value(), "creating " + journal.string()));
  const auto config = config_for_record(options.common.config);
  if (!config) return report(config.error(), kConfiguration);
  if (!options.to) return record_with(options, *config, *channel, journal.string(), data);
  // One of a recording that is over was left by a command that was killed while it posted.
  const auto note = read_note(post_note_path(journal.string()));
  if (!note) return report(note.error());
  int code = kDone;
  if (!*note || !(*note)->over) code = record_with(options, *config, *channel, journal.string(), data);
  const int posted = post_noted(options, journal.string());
  return code == kDone ? posted : code;
}

}  // namespace rec::cli
