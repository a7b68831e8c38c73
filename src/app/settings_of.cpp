#include "app/settings_of.hpp"

#include <algorithm>
#include <filesystem>

#include "app/config_units.hpp"
#include "app/target_book.hpp"
#include "app/targets.hpp"

namespace rec {
namespace {

/// A single video's page belongs to no channel, but to its site.
std::string site_of(const WatchedChannel& watched) {
  const bool youtube = watched.page_url.find("youtube.com/") != std::string::npos ||
                       watched.page_url.find("youtu.be/") != std::string::npos;
  const bool twitch = watched.page_url.find("twitch.tv/") != std::string::npos;
  return youtube ? "youtube" : twitch ? "twitch" : watched.platform;
}

CaptureSettings capture_settings(const Config& config, const BookEntry& channel) {
  const ChannelOverrides& own = channel.overrides;
  CaptureSettings out = capture_settings_of(config, channel.watched);
  if (!own.quality.empty()) out.quality = own.quality;
  if (!own.cookies_file.empty()) out.cookies_file = own.cookies_file;
  if (!own.proxy.empty()) out.proxy = own.proxy.reveal();
  if (!own.format.empty()) out.format = own.format;
  out.backend = own.capture.value_or(out.backend);
  out.live_from_start = own.live_from_start.value_or(out.live_from_start);
  return out;
}

// What does not compile was told where it was written, and filters nothing.
std::optional<TextPattern> pattern_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto compiled = TextPattern::compile(text);
  return compiled ? std::optional(*std::move(compiled)) : std::nullopt;
}

ChannelFilter filter_of_entry(const ChannelOverrides& own) {
  ChannelFilter filter{pattern_of(own.title_filter),
                       pattern_of(own.title_deny),
                       pattern_of(own.category_filter),
                       pattern_of(own.category_deny),
                       {}};
  if (auto hours = ChannelHours::parse(own.hours)) filter.hours = *std::move(hours);
  return filter;
}

PhantomRules phantom_rules(const PhantomFilterConfig& filter) {
  return {.enabled = filter.enabled,
          .min_duration = filter.min_duration,
          .min_bytes = filter.min_size,
          .duplicate_check = filter.duplicate_hash_check,
          .duplicate_window = filter.duplicate_hash_window,
          .ask_platform = filter.check_twitch_api,
          .only_on_continuation = filter.only_on_continuation};
}

}  // namespace

CaptureSettings capture_settings_of(const Config& config, const WatchedChannel& watched) {
  CaptureSettings out{config.recording.quality, config.recording.cookies_file,
                      proxy_for(config, site_of(watched))};
  out.backend = config.recording.capture;
  out.format = config.recording.format;
  out.live_from_start = config.recording.live_from_start;
  return out;
}

ChannelPlans channel_plans_of(const Config& config, const std::vector<BookEntry>& entries) {
  ChannelPlans plans;
  for (const BookEntry& entry : entries) {
    const ChannelOverrides& own = entry.overrides;
    const ChannelId& id = entry.watched.id;
    plans.capture_of[id] = capture_settings(config, entry);
    plans.filter_of[id] = filter_of_entry(own);
    if (auto target = target_named(config.telegram, own.target); !target.empty())
      plans.target_of[id] = std::move(target);
    if (own.session_duration) plans.session_duration_of[id] = *own.session_duration;
    if (own.part_duration) plans.part_duration_of[id] = *own.part_duration;
    if (own.offline_grace_period)
      plans.grace_of[id] = std::chrono::duration_cast<std::chrono::seconds>(*own.offline_grace_period);
    WatchedChannel watched = entry.watched;
    watched.cookies_file = plans.capture_of[id].cookies_file;
    watched.proxy = plans.capture_of[id].proxy;
    if (entry.continues) plans.main_of[id] = *entry.continues;
    if (entry.by_itself && !entry.paused) plans.channels.push_back(watched);
    auto& list = entry.paused ? plans.paused : entry.continues ? plans.partners : plans.channels;
    list.push_back(std::move(watched));
  }
  return plans;
}

channel::Policy policy_for(const Settings& settings, const ChannelId& channel) {
  channel::Policy policy = settings.channel_policy;
  const auto own = settings.grace_of.find(channel);
  if (own != settings.grace_of.end()) policy.offline_grace = own->second;
  return policy;
}

std::optional<Micros> session_duration_for(const Settings& settings, const ChannelId& channel) {
  const auto own = settings.session_duration_of.find(channel);
  const auto longest =
      own == settings.session_duration_of.end() ? settings.session_duration : std::optional(own->second);
  return longest && *longest > Micros{0} ? longest : std::nullopt;
}

const CaptureSettings& capture_for(const Settings& settings, const ChannelId& channel) {
  const auto own = settings.capture_of.find(channel);
  return own == settings.capture_of.end() ? settings.capture : own->second;
}

bool sound_alone_for(const Settings& settings, const ChannelId& channel) {
  const std::string& quality = capture_for(settings, channel).quality;
  const auto wish = units::trim(std::string_view(quality).substr(0, quality.find(',')));
  return wish == "audio" || wish == "audio_only";
}

YtDlpSettings ytdlp_settings_of(const Config& config) {
  return {config.recording.retries, config.recording.fragment_retries, config.recording.use_mpegts,
          phantom_rules(config.recording.phantom_filter)};
}

std::string data_folder(const Config& config) {
  return std::filesystem::path(config.state.path).parent_path().string();
}

std::string resolver_data_path(const Config& config) {
  if (config.recording.resolver_data != "auto") return config.recording.resolver_data;
  return (std::filesystem::path(data_folder(config)) / "resolver.json").string();
}

std::string proxy_for(const Config& config, std::string_view platform) {
  if (platform == "twitch" && !config.twitch.proxy.empty()) return config.twitch.proxy.reveal();
  if (platform == "youtube" && !config.youtube.proxy.empty()) return config.youtube.proxy.reveal();
  return config.proxy.reveal();
}

Result<Settings> settings_of(const Config& config) {
  Settings settings;
  static_cast<ChannelPlans&>(settings) = channel_plans_of(config, ChannelBook(config, {}).entries());
  settings.channel_policy.offline_grace =
      std::chrono::duration_cast<std::chrono::seconds>(config.twitch.offline_grace_period);
  settings.channel_policy.waiting_timeout =
      std::chrono::duration_cast<std::chrono::seconds>(config.state.waiting_timeout);
  settings.session_policy.publish = telegram_configured(config);
  settings.session_policy.mode = config.telegram.post;
  settings.session_policy.album_wait =
      std::chrono::duration_cast<std::chrono::seconds>(config.telegram.album_wait);
  settings.target = main_target_of(config);
  settings.targets = targets_of(config);
  settings.file_bytes = settings.target.target.file_bytes;
  settings.part_limits.bytes = segment_bytes_for(settings.file_bytes);
  settings.part_limits.duration = config.recording.part_duration;
  settings.data_folder = data_folder(config);
  settings.output_folder = config.recording.output_dir;
  settings.path_template = config.recording.path;
  settings.capture = {config.recording.quality, config.recording.cookies_file, config.proxy.reveal()};
  settings.codecs = config.recording.codecs;
  settings.ytdlp = ytdlp_settings_of(config);
  settings.silent = config.telegram.silent;
  REC_TRY(settings.texts, TextStyle::with(config.language, config.telegram.templates));
  settings.keep_status = config.telegram.keep_status;
  settings.keep_posted = std::chrono::duration_cast<std::chrono::seconds>(config.recording.keep.posted_for);
  settings.keep_size = config.recording.keep.size;
  settings.min_free = config.recording.min_free;
  settings.session_duration = config.recording.session_duration;
  settings.media_jobs = config.jobs.processing_concurrency;
  settings.upload_jobs = config.jobs.upload_concurrency;
  settings.compression_jobs = config.jobs.compression_concurrency;
  return settings;
}

}  // namespace rec
