#include "cli/telling.hpp"

#include <fstream>

#include "app/book_config.hpp"
#include "app/settings_of.hpp"
#include "base/log.hpp"
#include "capture/yt_dlp_program.hpp"
#include "cli/companion.hpp"
#include "notify/hook_messenger.hpp"
#include "notify/http_messengers.hpp"
#include "notify/telegram_messenger.hpp"
#include "runtime/service_manager.hpp"

namespace rec::cli {
namespace {

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

/// What of doctor's findings goes wrong by itself in months of running. That nobody keeps the clock is so in
/// every container.
bool repeated(const Finding& finding) {
  if (finding.check == "clock") return finding.level == Finding::Level::error;
  return finding.check == "cookies" || finding.check == "ytdlp" || finding.check == "media" ||
         finding.check == "ffmpeg";
}

std::unique_ptr<Messenger> messenger_of(const NotifyEntry& entry, const Config& config, House& house) {
  notify::HttpMessengerOptions options;
  options.proxy = config.proxy.reveal();
  options.events = entry.events;
  if (!entry.webhook.empty()) {
    options.url = entry.webhook.reveal();
    options.key = entry.secret.reveal();
    return notify::make_webhook(*house.http, std::move(options));
  }
  if (!entry.ntfy.empty()) {
    options.url = entry.ntfy.reveal();
    options.key = entry.token.reveal();
    return notify::make_ntfy(*house.http, std::move(options));
  }
  if (!entry.apprise.empty()) {
    options.url = entry.apprise.reveal();
    return notify::make_apprise(*house.http, std::move(options));
  }
  const OptionalChat& chat = entry.telegram ? entry.telegram : config.telegram.channel_id;
  if (!house.publisher || !chat) {
    log::warn("notify.no_telegram", {{"text",
                                      "notify: telegram has no chat to write to; set up telegram, or take "
                                      "the entry out"}});
    return nullptr;
  }
  return notify::make_telegram(*house.publisher, *chat, entry.events);
}

}  // namespace

Telling::Telling(House& house, App& app)
    : house_(house),
      config_(house.config),
      app_(app),
      supervisor_(house.io.get_executor(), [](const std::string& name, const Error& error) {
        log::error("task.failed", {{"task", name}, {"error", error.text}});
      }) {
  add_messengers();
  herald_ = std::make_unique<Herald>(needs());
  app.on_forget([this](const SessionId&) { herald_->last_look(); });
  app.on_capture_end([this](const ChannelId& id, const CaptureEnd& end) {
    capture_ends_[id] = end.text.empty() ? std::string(word(end.reason)) : end.text;
  });
}

void Telling::add_messengers() {
  const auto add = [this](std::unique_ptr<Messenger> messenger, const std::string& digest) {
    if (!messenger) return;
    tellers_.push_back({messenger.get(), digest});
    messengers_.push_back(std::move(messenger));
  };
  for (const NotifyEntry& entry : config_.notify) {
    if (entry.heartbeat_url.empty()) {
      add(messenger_of(entry, config_, house_), entry.digest);
    } else {
      heartbeats_.push_back(std::make_unique<notify::Heartbeat>(
          *house_.http, house_.clock, entry.heartbeat_url.reveal(), config_.proxy.reveal()));
    }
  }
  for (const auto& [event, argv] : config_.hooks) add(notify::make_hook(event, argv, run_child), "");
}

Herald::Needs Telling::needs() {
  Herald::Needs needs{house_.io.get_executor(), house_.clock, *house_.chores, *house_.store,
                      *house_.store_worker,     app_.model(), app_.settings()};
  needs.rules = config_.incidents;
  needs.tellers = tellers_;
  needs.loaded = [this] { return app_.loaded(); };
  needs.facts = [this] { return facts(); };
  needs.progress = [this](const SessionId& id) { return app_.progress_of(id); };
  needs.durable = [this] { return app_.durable(); };
  needs.findings = [this] { return findings(); };
  needs.boot = boot_id();
  return needs;
}

ConditionFacts Telling::facts() const {
  ConditionFacts facts;
  facts.disks = app_.disks();
  facts.disk_trouble = app_.disk_trouble();
  facts.watch = app_.watch_reports();
  facts.telegram = telegram_trouble_;
  if (file_trouble_) facts.config_file = file_trouble_();
  facts.chats = app_.chat_trouble();
  facts.capture_ends = capture_ends_;
  for (const auto& heartbeat : heartbeats_) {
    if (!heartbeat->trouble().empty()) facts.unreachable[heartbeat->name()] = heartbeat->trouble();
  }
  return facts;
}

// The first time files alone: a program that has just started has better things to do than to start others.
Task<Findings> Telling::findings() {
  const Config config = channels_ != nullptr ? config_of_channels(*channels_) : config_;
  auto look = [config, now = house_.clock.now()]() -> Result<Findings> {
    Findings found = check_cookies_files(config, now);
    for (Finding& one : check_local_clock(config, now)) found.push_back(std::move(one));
    return found;
  };
  REC_CO_TRY(Findings found, co_await run_on(*house_.chores, std::move(look)));
  if (std::exchange(looked_at_files_, true)) {
    const auto ytdlp = capture::yt_dlp_program(config_.recording.ytdlp, data_folder(config_));
    DoctorNeeds doctor{*house_.http, house_.clock, *house_.chores, run_child};
    doctor.media = media_program();
    doctor.ytdlp = ytdlp ? ytdlp->path : "yt-dlp";
    doctor.own_ytdlp = ytdlp && ytdlp->held != nullptr;
    REC_CO_TRY(Findings programs, co_await check_programs(doctor, config));
    for (Finding& one : programs) found.push_back(std::move(one));
  }
  std::erase_if(found, [](const Finding& one) { return !repeated(one); });
  co_return found;
}

void Telling::start() {
  supervisor_.start("watchdog", service_manager::feed_watchdog(house_.clock));
  supervisor_.start("herald", herald_->run());
  for (const auto& heartbeat : heartbeats_) supervisor_.start(heartbeat->name(), heartbeat->run());
}

Task<> Telling::change() {
  for (const auto& heartbeat : heartbeats_) supervisor_.cancel(heartbeat->name());
  for (const auto& heartbeat : heartbeats_) co_await supervisor_.join(heartbeat->name());
  former_heartbeats_ = std::exchange(heartbeats_, {});
  former_messengers_ = std::exchange(messengers_, {});
  tellers_.clear();
  add_messengers();
  std::vector<Herald::Teller> tellers = tellers_;
  REC_CO_CHECK(co_await herald_->change(config_.incidents, std::move(tellers)));
  former_messengers_.clear();
  former_heartbeats_.clear();
  for (const auto& heartbeat : heartbeats_) supervisor_.start(heartbeat->name(), heartbeat->run());
  co_return Result<void>();
}

asio::awaitable<void> Telling::close() {
  supervisor_.cancel_all();
  co_await supervisor_.join();
  co_await herald_->close();
}

}  // namespace rec::cli
