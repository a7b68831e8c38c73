// Order and form of the findings, and what the configuration alone tells.
#include "app/doctor.hpp"

#include <algorithm>

#include <boost/json/array.hpp>

#include "app/config_channels.hpp"
#include "base/json_members.hpp"

namespace rec {
namespace {

bool watches(const Config& config, const std::string& platform) {
  const auto channels = configured_channels(config);
  return std::ranges::any_of(channels, [&](const ConfiguredChannel& channel) {
    return channel.overrides.enabled && channel.watched.platform == platform;
  });
}

void join(Findings& all, Findings more) {
  for (Finding& one : more) all.push_back(std::move(one));
}

Finding twitch_key(const Config& config) {
  const bool id = !config.twitch.client_id.empty();
  const bool secret = !config.twitch.client_secret.empty();
  static constexpr const char* kWhere =
      "register an application at https://dev.twitch.tv/console and set "
      "twitch.client_id and twitch.client_secret";
  if (id && secret) return {"twitch", Finding::Level::ok, "a Twitch developer key is set", ""};
  if (id != secret) {
    return {"twitch", Finding::Level::error,
            std::string("twitch.") + (id ? "client_secret" : "client_id") + " is missing beside twitch." +
                (id ? "client_id" : "client_secret"),
            kWhere};
  }
  return {"twitch", Finding::Level::warning,
          "no Twitch developer key: Twitch is asked as its website does, which nobody promises to last",
          kWhere};
}

Finding telegram_library(const Config& config, const std::string& tdlib) {
  const bool chat = config.telegram.channel_id || !config.telegram.targets.empty();
  if (chat && !telegram_configured(config)) {
    return {"telegram", Finding::Level::error,
            "it is said where to post, and nobody has signed in to Telegram: nothing is posted, recordings "
            "stay in " +
                config.recording.output_dir,
            "streamrecorder login"};
  }
  if (!chat && config.telegram.api_id != 0) {
    return {"telegram", Finding::Level::warning,
            "somebody has signed in to Telegram, and it is not said where to post: recordings stay in " +
                config.recording.output_dir,
            "streamrecorder target add default CHAT"};
  }
  if (!telegram_configured(config)) {
    return {"telegram", Finding::Level::ok,
            "Telegram is not set up: recordings stay in " + config.recording.output_dir, ""};
  }
  if (tdlib.empty()) {
    return {"telegram", Finding::Level::error, "libtdjson.so, the Telegram library, is missing",
            "run tools/bootstrap, or set telegram.tdlib to its path"};
  }
  return {"telegram", Finding::Level::ok, "the Telegram library is " + tdlib, ""};
}

}  // namespace

std::string_view word(Finding::Level level) {
  switch (level) {
    case Finding::Level::ok:
      return "ok";
    case Finding::Level::warning:
      return "warning";
    case Finding::Level::error:
      return "error";
  }
  return "error";
}

Findings check_keys(const Config& config, const std::string& tdlib) {
  Findings findings;
  if (watches(config, "twitch")) findings.push_back(twitch_key(config));
  join(findings, check_watching(config));
  findings.push_back(telegram_library(config, tdlib));
  join(findings, check_upload_limit(config));
  return findings;
}

Task<Findings> examine(DoctorNeeds needs, LoadedConfig loaded) {
  const Config& config = loaded.config;
  auto look = [loaded, now = needs.clock.now(), daemon = needs.daemon]() -> Result<Findings> {
    Findings found = check_folders(loaded.config);
    join(found, check_file_systems(loaded.config));
    join(found, check_written_files(loaded.config));
    join(found, check_limits(limits_of(daemon), configured_channels(loaded.config).size()));
    join(found, check_local_clock(loaded.config, now));
    join(found, check_secrets(loaded));
    join(found, check_cookies_files(loaded.config, now));
    join(found, check_hooks(loaded.config));
    return found;
  };
  REC_CO_TRY(Findings findings, co_await run_on(needs.worker, std::move(look)));
  REC_CO_TRY(Findings service, co_await check_service(needs, config));
  join(findings, std::move(service));
  REC_CO_TRY(Findings network, co_await check_network(needs, config));
  join(findings, std::move(network));
  REC_CO_TRY(Findings programs, co_await check_programs(needs, config));
  join(findings, std::move(programs));
  join(findings, check_keys(config, needs.tdlib));
  co_return findings;
}

boost::json::object findings_json(const Findings& findings) {
  boost::json::array list;
  for (const Finding& finding : findings) {
    boost::json::object one;
    one["check"] = finding.check;
    one["level"] = word(finding.level);
    one["text"] = finding.text;
    one["cure"] = finding.cure;
    list.push_back(std::move(one));
  }
  boost::json::object out;
  out["findings"] = std::move(list);
  out["warnings"] = std::ranges::count(findings, Finding::Level::warning, &Finding::level);
  out["errors"] = std::ranges::count(findings, Finding::Level::error, &Finding::level);
  return out;
}

Findings findings_of(const boost::json::object& told) {
  Findings findings;
  for (const auto* one : objects_in(told, "findings")) {
    Finding finding{text_in(*one, "check"), Finding::Level::error, text_in(*one, "text"),
                    text_in(*one, "cure")};
    for (const auto level : {Finding::Level::ok, Finding::Level::warning}) {
      if (text_in(*one, "level") == word(level)) finding.level = level;
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rec
