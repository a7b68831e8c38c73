// What a config.yaml says, as plain structs with units in their types. The defaults here are the program's
// defaults: `config example`, the JSON Schema and docs/configuration.md are made from them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/config_origin.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "core/session.hpp"

namespace rec {

/// A chat as people write it: its number (-100…), or the text of an @name or t.me link.
using ChatRef = std::variant<std::int64_t, std::string>;
using OptionalChat = std::optional<ChatRef>;

enum class PlatformMode { automatic, twitch, youtube, both, cross };
enum class Silent { none, parts, all };
enum class Language { en, ru };
enum class CaptureBackend { native, ytdlp };

/// What a channel or a target changes in the compression section; unset members follow it.
struct CompressionOverride {
  std::optional<bool> enabled{};
  std::optional<std::uint64_t> default_target_bytes{};
  std::optional<std::uint64_t> premium_target_bytes{};
};

/// A place to post to. Unset members follow the telegram, splitting and compression sections.
struct TargetConfig {
  OptionalChat channel_id{};
  OptionalChat discussion_group_id{};
  OptionalChat backup_channel_id{};
  CompressionOverride compression{};
  std::optional<std::uint64_t> default_size{};  ///< bytes
  std::optional<std::uint64_t> premium_size{};  ///< bytes
  std::optional<int> upload_parallelism{};
  std::optional<double> upload_speed_limit_mbps{};
};

struct TelegramConfig {
  std::int64_t api_id = 0;  ///< 0 = not set
  Secret api_hash{};
  Secret bot_token{};
  OptionalChat channel_id{};
  OptionalChat backup_channel_id{};
  OptionalChat discussion_group_id{};
  int upload_parallelism = 1;
  double upload_speed_limit_mbps = 0;  ///< megabits (10^6) a second, 0 = no limit
  std::string tdlib{};                 ///< path of libtdjson.so, "" = the one installed with the program
  std::vector<Secret> proxy{};
  session::PostMode post = session::PostMode::each;
  Millis album_wait = std::chrono::minutes(30);
  Silent silent = Silent::parts;
  std::map<std::string, TargetConfig> targets{};
  std::map<std::string, std::string> templates{};  ///< known to be sound: templates.hpp
  bool keep_status = true;
};

/// What a channel's own entry changes; what is unset or empty follows the sections.
struct ChannelOverrides {
  bool enabled = true;
  std::string target{};  ///< a name under telegram.targets
  std::string notes{};   ///< of the owner, for people
  std::string tags{};    ///< the same, in short
  std::string quality{};
  std::optional<CaptureBackend> capture{};
  std::string format{};
  // Regular expressions (core/text_pattern.hpp) that are already known to compile.
  std::string title_filter{};
  std::string title_deny{};
  std::string category_filter{};
  std::string category_deny{};
  std::string hours{};         ///< as ChannelHours::parse takes it
  std::string cookies_file{};  ///< absolute path
  Secret proxy{};
  std::optional<bool> live_from_start{};
  std::optional<Millis> part_duration{};
  std::optional<Millis> session_duration{};
  std::optional<Millis> offline_grace_period{};
};

/// An entry of twitch.channels (a login), youtube.channels (a handle or UC… id) or channels (a URL).
/// config_channels.hpp makes of it what a watcher takes.
struct ChannelEntry {
  std::string name{};
  ChannelOverrides overrides{};
};

struct TwitchConfig {
  std::string client_id{};
  Secret client_secret{};
  Secret oauth_token{};
  std::vector<ChannelEntry> channels{};
  Millis check_interval = std::chrono::seconds(5);
  Millis offline_grace_period = std::chrono::seconds(180);
  Secret proxy{};
};

struct YoutubeConfig {
  std::vector<ChannelEntry> channels{};
  Millis check_interval = std::chrono::seconds(30);
  int requests_per_minute = 60;
  /// Of these, what looks leave to recordings that begin.
  [[nodiscard]] int reserved_requests() const {
    return std::min(requests_per_minute - 1, 1 + requests_per_minute / 30);
  }
  Secret proxy{};
};

struct PhantomFilterConfig {
  bool enabled = true;
  Millis min_duration = std::chrono::seconds(60);
  std::uint64_t min_size = 50ULL << 20U;
  bool duplicate_hash_check = true;
  std::uint64_t duplicate_hash_window = 8ULL << 20U;
  bool check_twitch_api = true;
  bool only_on_continuation = true;
};

/// What is posted may go after this long, or when all of it together is larger.
struct KeepConfig {
  Millis posted_for{0};
  std::optional<std::uint64_t> size{};  ///< bytes, unset = unlimited
};

struct RecordingConfig {
  std::string output_dir = "./recordings";
  std::string temp_dir = "./temp";
  std::string format = "best";
  int retries = 10;
  int fragment_retries = 10;
  bool live_from_start = false;
  std::string cookies_file{};
  bool use_mpegts = false;
  PhantomFilterConfig phantom_filter{};
  CaptureBackend capture = CaptureBackend::native;
  std::string quality = "best";
  std::string codecs = "h264";         ///< of the video, in order of preference
  std::string resolver_data = "auto";  ///< "auto" or an absolute path
  std::string path = "{channel}/{date} {title} [{id}]";
  Millis part_duration = std::chrono::hours(2);
  Millis session_duration = std::chrono::hours(24);
  KeepConfig keep{};
  std::uint64_t min_free = 5'000'000'000ULL;
  std::string ytdlp = "auto";  ///< "auto", a path, or a bare program name to be found in PATH
};

/// Upper bounds: Telegram's own limits hold as well.
struct SplittingConfig {
  std::uint64_t default_size = 2ULL << 30U;
  std::uint64_t premium_size = 4ULL << 30U;
};

struct CompressionConfig {
  bool enabled = false;
  std::uint64_t default_target_bytes = 2000ULL << 20U;
  std::uint64_t premium_target_bytes = 4000ULL << 20U;
  int audio_bitrate_kbps = 128;
  bool two_pass = true;
};

struct LoggingConfig {
  log::Level level = log::Level::info;
  std::string file = "./logs/recorder.log";  ///< "" = none
  std::uint64_t max_size = 10ULL << 20U;
  int backup_count = 5;
};

struct StateConfig {
  std::string path = "./data/state.db";  ///< its folder holds all that must survive
  std::string old_state_file{};          ///< state.state_file of an old file, for `import`; "" = not given
  Millis waiting_timeout = std::chrono::hours(6);  ///< 0 = never
};

struct JobsConfig {
  int processing_concurrency = 2;
  int upload_concurrency = 1;
  int compression_concurrency = 1;
  int control_concurrency = 2;
};

struct ControlConfig {
  bool enabled = false;
  OptionalChat group_id{};
  std::vector<std::int64_t> allowed_user_ids{};
  std::vector<std::int64_t> readonly_user_ids{};
  bool allow_all_group_members = false;
  std::string command_prefix = "/";
  std::string audit_log_file = "./logs/control_audit.log";
};

struct WebConfig {
  std::string listen = "127.0.0.1:8080";  ///< host:port or [v6]:port, "" = off
  std::vector<std::string> hosts{};       ///< names it is reached by, beside IP addresses and localhost
};

struct EndpointsConfig {
  std::string twitch_id = "https://id.twitch.tv/oauth2";
  std::string twitch_helix = "https://api.twitch.tv/helix";
  std::string twitch_gql = "https://gql.twitch.tv/gql";
  std::string twitch_usher = "https://usher.ttvnw.net";
  std::string youtube = "https://www.youtube.com";
};

/// The same streamer on two platforms: the Twitch stream continues the YouTube one.
struct CrossPair {
  std::string youtube{};  ///< handle or UC… id
  std::string twitch{};   ///< login
};

/// One of telegram, webhook, ntfy, apprise, heartbeat_url; with none of the URLs set it is telegram.
struct NotifyEntry {
  OptionalChat telegram{};  ///< unset = telegram.channel_id
  Secret webhook{};
  Secret ntfy{};
  Secret apprise{};                   ///< of an Apprise API server
  Secret heartbeat_url{};             ///< called every minute
  Secret token{};                     ///< of ntfy, where it asks for one
  Secret secret{};                    ///< of a webhook: what its bodies are signed with
  std::vector<std::string> events{};  ///< words of told_events(); empty = incidents
  std::string digest{};               ///< "09:00": when the day is summed up; "" = never
  [[nodiscard]] bool is_telegram() const {
    return webhook.empty() && ntfy.empty() && apprise.empty() && heartbeat_url.empty();
  }
};

/// What counts as an incident.
struct IncidentsConfig {
  Millis gap_over = std::chrono::seconds(60);     ///< a longer gap is one; 0 = none is
  Millis stuck_after = std::chrono::minutes(15);  ///< posting or making that fails for longer
};

/// What notify and hooks may ask to be told of: session.started, part.ready, …
const std::vector<std::string>& told_events();

struct Config {
  PlatformMode platform = PlatformMode::automatic;
  Language language = Language::en;
  std::string timezone = "UTC";
  Secret proxy{};
  TelegramConfig telegram{};
  TwitchConfig twitch{};
  YoutubeConfig youtube{};
  std::vector<ChannelEntry> channels{};
  std::vector<CrossPair> cross{};
  RecordingConfig recording{};
  SplittingConfig splitting{};
  CompressionConfig compression{};
  LoggingConfig logging{};
  StateConfig state{};
  JobsConfig jobs{};
  ControlConfig control{};
  WebConfig web{};
  EndpointsConfig endpoints{};
  std::vector<NotifyEntry> notify{};
  IncidentsConfig incidents{};
  std::map<std::string, std::vector<std::string>> hooks{};
};

struct LoadedConfig {
  Config config;
  std::vector<std::string> warnings{};  ///< one line each, `file:line: key: what; cure` or `key: what; cure`
  std::string path{};                   ///< absolute
  std::map<std::string, ConfigOrigin> origins{};  ///< of the keys that stand in it
  std::vector<std::string> secret_files{};        ///< that secrets were read from, absolute
  std::string stamp{};                            ///< file_stamp() before it was read
};

/// Reads and checks the whole file. Paths in it come back absolute: relative ones start at its folder.
/// invalid: the text has a line for each problem, `file:line: key: what; cure`, in the order of the file, and
/// never a secret's value; not_found, denied: the file cannot be read. Blocking; reads the environment.
Result<LoadedConfig> load_config(const std::string& path);

/// Of a file that is wrong: what can be read of it, the defaults for the rest. Only to find the program that
/// runs by an earlier one. Blocking.
Config config_as_far_as_it_goes(const std::string& path);

/// What tells one state of a file from another; of "", and of one that is not there, too. Blocking.
std::string file_stamp(const std::string& path);

/// What counts without any file, with the path "": relative paths start at the current folder.
LoadedConfig default_config();

/// The file to load: `given` if not empty, else the first that exists of ./config.yaml,
/// $XDG_CONFIG_HOME/streamrecorder/config.yaml (~/.config where unset), /etc/streamrecorder/config.yaml.
/// not_found: names the places that were looked at; denied: one of them may not be looked into.
Result<std::string> find_config_file(const std::string& given);

/// A chat to post to and api_id with api_hash are set: the rest is a matter of signing in.
bool telegram_configured(const Config& config);

}  // namespace rec
