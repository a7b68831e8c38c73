// `streamrecorder doctor`: what would fail later, each with its cure.
#include <fmt/format.h>

#include <filesystem>

#include <boost/json/serialize.hpp>

#include "app/config_channels.hpp"
#include "app/doctor.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "app/target_view.hpp"
#include "app/telegram_check.hpp"
#include "app/told_channels.hpp"
#include "base/json_members.hpp"
#include "capture/yt_dlp_program.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/companion.hpp"
#include "cli/exit_codes.hpp"
#include "cli/findings_text.hpp"
#include "cli/house.hpp"
#include "cli/one_task.hpp"
#include "cli/telegram_publisher.hpp"
#include "cli/web_findings.hpp"
#include "runtime/curl_http.hpp"

namespace rec::cli {
namespace {

Findings lines_as_findings(const std::string& lines, Finding::Level level, const char* cure) {
  Findings findings;
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t to = std::min(lines.find('\n', from), lines.size());
    if (to > from) findings.push_back({"config", level, lines.substr(from, to - from), cure});
    from = to + 1;
  }
  return findings;
}

/// What there is to say of the file itself; `completed`: with what commands added.
Findings config_findings(const LoadedConfig& loaded, const Config& completed) {
  Findings findings;
  const bool file = !loaded.path.empty();
  findings.push_back(
      {"config", Finding::Level::ok,
       file ? loaded.path + " loads" : "no configuration file: the defaults count, and what commands said",
       ""});
  for (const std::string& warning : loaded.warnings) {
    // The checks `twitch` and `telegram` say it.
    if (warning.find("twitch.client_id: not set") != std::string::npos || warning.starts_with("telegram: "))
      continue;
    findings.push_back({"config", Finding::Level::warning, warning, ""});
  }
  const auto settings = settings_of(loaded.config);
  if (!settings) findings.push_back({"config", Finding::Level::error, settings.error().text, ""});
  if (settings && configured_channels(completed).empty()) {
    findings.push_back(
        {"config", Finding::Level::warning, "no channel to watch",
         "streamrecorder channel add URL, or add one under twitch.channels, youtube.channels or "
         "channels"});
  }
  return findings;
}

/// The status of the daemon; empty: none answers.
boost::json::object daemon_status(const Config& config) {
  const auto told = ask_daemon_alone(config, "status", {});
  return told && *told ? **told : boost::json::object();
}

Finding daemon_finding(bool running) {
  return {"daemon", Finding::Level::ok,
          running ? "streamrecorder runs" : "streamrecorder does not run at present", ""};
}

/// Changed in the file, and not in effect before the next start.
void add_what_waits(Findings& findings, const boost::json::object& status) {
  for (const boost::json::value& key : list_in(object_in(status, "config"), "needs_restart")) {
    if (!key.is_string()) continue;
    findings.push_back({"config", Finding::Level::warning,
                        std::string(key.get_string()) + " has changed, and counts after a restart",
                        "restart streamrecorder, best when /idlez says that nothing is recorded"});
  }
}

/// Of a user there must be a session; a bot signs in with its token.
bool may_sign_in(const Config& config) {
  std::error_code ignored;
  return !config.telegram.bot_token.empty() ||
         std::filesystem::exists(std::filesystem::path(data_folder(config)) / "telegram" / "user", ignored);
}

Result<boost::json::object> look_at_telegram(const Config& config) {
  asio::io_context io;
  SystemClock clock;
  REC_TRY(const auto publisher, publisher_for(config, io.get_executor(), clock));
  return run_one_task(io, check_all_and_close(*publisher, clock, config));
}

/// By the daemon, which has Telegram's session, or by ourselves where none runs.
Findings telegram_findings(const Config& config) {
  if (!telegram_configured(config) || find_tdlib(config.telegram.tdlib).empty())
    return {};  // is said already
  if (!may_sign_in(config))
    return {{"telegram", Finding::Level::error, "nobody is signed in to Telegram", "streamrecorder login"}};
  const AtRest at_rest = [&](Store*, Instant) { return look_at_telegram(config); };
  const auto told = ask_program(config, "telegram_check", {}, at_rest);
  if (told) return findings_of(*told);
  return {{"telegram", Finding::Level::warning, "Telegram could not be looked at: " + told.error().text, ""}};
}

/// With the chats that commands named, too; without them where nobody can be asked.
Config with_all_targets(Config config) {
  const AtRest at_rest = [&](Store* store, Instant now) {
    return targets_at_rest(store, config, "target_list", {}, now);
  };
  const auto told = ask_program(config, "target_list", {}, at_rest);
  if (told) config.telegram = with_told_chats(std::move(config.telegram), *told);
  return config;
}

/// With what commands said of channels, too; without it where nobody can be asked.
Config with_all_channels(Config config) {
  const AtRest at_rest = [&](Store* store, Instant now) {
    return channels_at_rest(store, config, "channel_list", {}, now);
  };
  const auto told = ask_program(config, "channel_list", {}, at_rest);
  return told ? with_told_channels(std::move(config), *told) : config;
}

Findings all_findings(const LoadedConfig& loaded) {
  const Config config = with_all_channels(with_all_targets(loaded.config));
  asio::io_context io;
  SystemClock clock;
  CurlHttpClient http;
  const auto worker = make_thread_worker("doctor");
  Findings findings = config_findings(loaded, config);
  const auto status = daemon_status(config);
  findings.push_back(daemon_finding(!status.empty()));
  add_what_waits(findings, status);
  for (Finding& one : web_findings(config, !status.empty())) findings.push_back(std::move(one));
  const auto ytdlp = capture::yt_dlp_program(config.recording.ytdlp, data_folder(config));
  DoctorNeeds needs{http, clock, *worker, run_child};
  needs.media = media_program();
  needs.ytdlp = ytdlp ? ytdlp->path : "yt-dlp";
  needs.own_ytdlp = ytdlp && ytdlp->held != nullptr;
  needs.tdlib = find_tdlib(config.telegram.tdlib);
  needs.daemon = static_cast<int>(number_in(status, "pid"));
  LoadedConfig completed = loaded;
  completed.config = config;
  auto examined = run_one_task(io, examine(std::move(needs), std::move(completed)));
  if (!examined) findings.push_back({"doctor", Finding::Level::error, examined.error().text, ""});
  if (examined) findings.insert(findings.end(), examined->begin(), examined->end());
  const auto telegram = telegram_findings(config);
  findings.insert(findings.end(), telegram.begin(), telegram.end());
  return findings;
}

}  // namespace

int doctor_command(const DoctorOptions& options) {
  Findings findings;
  Language language = Language::en;
  const std::string& given = options.common.config;
  const auto path = find_config_file(given);
  const bool none = !path && given.empty() && path.error().code == Errc::not_found;
  if (!path && !none) {
    const bool hidden = path.error().code == Errc::denied;
    findings.push_back({"config", Finding::Level::error, path.error().text,
                        hidden ? "sudo streamrecorder doctor"
                               : "streamrecorder config example > config.yaml, and change what you need"});
  } else if (const auto loaded = config_or_defaults(path ? *path : given)) {
    language = loaded->config.language;
    findings = all_findings(*loaded);
  } else {
    findings = lines_as_findings(loaded.error().text, Finding::Level::error,
                                 "docs/configuration.md lists all keys; streamrecorder config example too");
    if (path) findings.push_back(daemon_finding(!daemon_status(config_as_far_as_it_goes(*path)).empty()));
  }
  if (options.common.json) {
    fmt::print("{}\n", boost::json::serialize(findings_json(findings)));
  } else {
    fmt::print("{}", findings_text(findings, language));
  }
  for (const Finding& finding : findings) {
    if (finding.level == Finding::Level::error) return kFailed;
  }
  return kDone;
}

}  // namespace rec::cli
