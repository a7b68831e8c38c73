// What a config.yaml may say, old or new, and what becomes of it.
#include "app/config.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "config_testing.hpp"

using rec::config_testing::all_of;
using rec::config_testing::Folder;
using rec::config_testing::has;
using rec::config_testing::loaded;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

namespace {

constexpr const char* kPredecessorExample = R"(
platform: twitch
telegram:
  api_id: 12345
  api_hash: "0123456789abcdef"
  channel_id: -1001234567890
  backup_channel_id: null
  discussion_group_id: null
  session_name: stream_recorder
  use_fast_upload_helper: true
  upload_parallelism: 1
  upload_speed_limit_mbps: 0
twitch:
  client_id: "abc"
  client_secret: "def"
  oauth_token: ""
  channels:
    - shroud
    - Ninja
  check_interval: 2
  offline_grace_period: 200
  cross_check_delay: 15
youtube:
  channels:
    - "@x"
  check_interval: 30
recording:
  output_dir: ./recordings
  temp_dir: ./temp
  format: b
  retries: 30
  fragment_retries: 10
  live_from_start: true
  cookies_file: ./cookies.txt
  move_atom_to_front: true
  use_mpegts: true
  phantom_filter:
    enabled: true
    min_duration_sec: 60
    min_size_mb: 50
    duplicate_hash_check: true
    duplicate_hash_mb: 8
    check_twitch_api: true
    only_on_continuation: true
splitting:
  default_size_gb: 1.8
  premium_size_gb: 3.8
compression:
  enabled: false
  default_target_size_mb: 1900
  premium_target_size_mb: 3800
  audio_bitrate_kbps: 128
  two_pass: true
logging:
  level: INFO
  file: ./logs/recorder.log
  max_size_mb: 50
  backup_count: 5
  verbose_monitoring: false
  ytdlp_log_noise: false
state:
  state_file: ./data/state.sqlite3
  waiting_timeout_hours: 6
jobs:
  recording_concurrency: 4
  processing_concurrency: 2
  upload_concurrency: 1
  compression_concurrency: 1
  control_concurrency: 2
control:
  enabled: false
  group_id: null
  allowed_user_ids: []
  readonly_user_ids: []
  allow_all_group_members: false
  command_prefix: "/"
  runtime_config_file: ./data/runtime_config.sqlite3
  audit_log_file: ./logs/control_audit.log
)";

}  // namespace

TEST(Config, ThePredecessorsExampleLoadsWithItsMeaning) {
  const rec::Config config = loaded(kPredecessorExample).config;
  EXPECT_EQ(config.platform, rec::PlatformMode::twitch);
  EXPECT_EQ(config.telegram.api_id, 12345);
  EXPECT_EQ(config.telegram.api_hash.reveal(), "0123456789abcdef");
  EXPECT_EQ(config.telegram.channel_id, rec::OptionalChat(std::int64_t{-1001234567890}));
  EXPECT_FALSE(config.telegram.backup_channel_id);
  EXPECT_EQ(config.twitch.channels.at(1).name, "Ninja");
  EXPECT_EQ(config.twitch.check_interval, 2s);
  EXPECT_EQ(config.twitch.offline_grace_period, 200s);
  EXPECT_EQ(config.recording.format, "b");
  EXPECT_EQ(config.recording.retries, 30);
  EXPECT_TRUE(config.recording.live_from_start);
  EXPECT_TRUE(config.recording.use_mpegts);
  EXPECT_EQ(config.recording.phantom_filter.min_duration, 60s);
  EXPECT_EQ(config.recording.phantom_filter.min_size, 50ULL << 20U);
  EXPECT_EQ(config.splitting.default_size, 1932735283ULL);  // 1.8 GiB
  EXPECT_FALSE(config.compression.enabled);
  EXPECT_EQ(config.compression.premium_target_bytes, 3800ULL << 20U);
  EXPECT_EQ(config.logging.max_size, 50ULL << 20U);
  EXPECT_EQ(config.state.waiting_timeout, 6h);
  EXPECT_TRUE(rec::telegram_configured(config));
}

TEST(Config, EachRetiredKeyGivesOneWarningThatNamesItsReplacement) {
  const std::string warnings = all_of(loaded(kPredecessorExample).warnings);
  for (const char* part :
       {"telegram.session_name: retired: a Telethon session", "streamrecorder login",
        "twitch.cross_check_delay: retired: a partner of cross is looked at at once",
        "telegram.use_fast_upload_helper: retired: replaced by", "recording.move_atom_to_front: retired",
        "logging.verbose_monitoring: retired: replaced by logging.level",
        "logging.ytdlp_log_noise: retired: replaced by logging.level",
        "state.state_file: retired: replaced by state.path", "jobs.recording_concurrency: retired",
        "control.runtime_config_file: retired: replaced by state.path"}) {
    const std::size_t first = warnings.find(part);
    ASSERT_NE(first, std::string::npos) << part << "\n" << warnings;
    EXPECT_EQ(warnings.find(part, first + 1), std::string::npos) << part;
  }
  EXPECT_TRUE(has(warnings, "config.yaml:9: telegram.session_name")) << warnings;
}

TEST(Config, AListThatThePlatformModeLeavesUnusedIsAWarning) {
  EXPECT_TRUE(has(all_of(loaded(kPredecessorExample).warnings),
                  "youtube.channels: not watched with platform: twitch"));
  EXPECT_TRUE(has(all_of(loaded("platform: youtube\ntwitch: {channels: [a_b]}").warnings),
                  "config.yaml:2: twitch.channels: not watched"));
  EXPECT_TRUE(has(all_of(loaded("platform: both").warnings), "youtube.channels: empty"));
}

TEST(Config, AnEmptyFileIsAllDefaults) {
  const rec::LoadedConfig empty = loaded("");
  EXPECT_TRUE(empty.warnings.empty()) << all_of(empty.warnings);
  EXPECT_EQ(empty.config.platform, rec::PlatformMode::automatic);
  EXPECT_EQ(empty.config.telegram.post, rec::session::PostMode::each);
  EXPECT_EQ(empty.config.telegram.album_wait, 30min);
  EXPECT_EQ(empty.config.telegram.silent, rec::Silent::parts);
  EXPECT_EQ(empty.config.recording.part_duration, 2h);
  EXPECT_EQ(empty.config.recording.session_duration, 24h);
  EXPECT_EQ(empty.config.recording.min_free, 5'000'000'000ULL);
  EXPECT_EQ(empty.config.splitting.default_size, 2ULL << 30U);
  EXPECT_EQ(empty.config.youtube.requests_per_minute, 60);
  EXPECT_EQ(empty.config.web.listen, "127.0.0.1:8080");
  EXPECT_EQ(empty.config.endpoints.twitch_helix, "https://api.twitch.tv/helix");
  EXPECT_FALSE(empty.config.recording.keep.size);
  EXPECT_FALSE(rec::telegram_configured(empty.config));
}

TEST(Config, SectionsAndListsWithNothingInThemAreDefaults) {
  const rec::Config config =
      loaded("telegram:\ntwitch:\n  channels:\n  client_id:\nrecording:\n  phantom_filter:\n").config;
  EXPECT_TRUE(config.twitch.channels.empty());
  EXPECT_EQ(config.twitch.client_id, "");
  EXPECT_TRUE(config.recording.phantom_filter.enabled);
}

TEST(Config, NumbersAndSwitchesAreTakenTheWayTheOldProgramTookThem) {
  const rec::Config config = loaded(R"(
telegram: {upload_speed_limit_mbps: "12,5", upload_parallelism: 3.0}
twitch: {check_interval: "7"}
recording: {live_from_start: "yes", use_mpegts: 1, phantom_filter: {enabled: off, check_twitch_api: "n", min_size_mb: "2,5"}}
compression: {enabled: "FALSE", two_pass: "0"}
state: {waiting_timeout_hours: 0.5}
)")
                                 .config;
  EXPECT_DOUBLE_EQ(config.telegram.upload_speed_limit_mbps, 12.5);
  EXPECT_EQ(config.telegram.upload_parallelism, 3);
  EXPECT_EQ(config.twitch.check_interval, 7s);
  EXPECT_TRUE(config.recording.live_from_start);
  EXPECT_TRUE(config.recording.use_mpegts);
  EXPECT_FALSE(config.recording.phantom_filter.enabled);
  EXPECT_FALSE(config.recording.phantom_filter.check_twitch_api);
  EXPECT_EQ(config.recording.phantom_filter.min_size, (5ULL << 20U) / 2);
  EXPECT_FALSE(config.compression.enabled);
  EXPECT_FALSE(config.compression.two_pass);
  EXPECT_EQ(config.state.waiting_timeout, 30min);
}

TEST(Config, OldKeysTakeUnitsToo) {
  const rec::Config config = loaded(R"(
twitch: {check_interval: 500ms, offline_grace_period: 1h30m}
splitting: {default_size_gb: 1500MiB}
recording: {min_free: 1.5GiB, keep: {posted_for: 7d, size: 500GB}}
)")
                                 .config;
  EXPECT_EQ(config.twitch.check_interval, 500ms);
  EXPECT_EQ(config.twitch.offline_grace_period, 90min);
  EXPECT_EQ(config.splitting.default_size, 1500ULL << 20U);
  EXPECT_EQ(config.recording.min_free, 3ULL << 29U);
  EXPECT_EQ(config.recording.keep.posted_for, 168h);
  EXPECT_EQ(config.recording.keep.size, 500'000'000'000ULL);
}

TEST(Config, RelativePathsStartAtTheFilesFolder) {
  const Folder folder;
  const auto result = folder.load(
      "recording: {cookies_file: ../c.txt, output_dir: /srv/out}\ntelegram: {tdlib: lib/t.so}\nlogging: "
      "{file: \"\"}\n");
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->path, folder.at("config.yaml"));
  EXPECT_EQ(result->config.recording.output_dir, "/srv/out");
  EXPECT_EQ(result->config.recording.cookies_file,
            std::filesystem::path(folder.at("../c.txt")).lexically_normal().string());
  EXPECT_EQ(result->config.telegram.tdlib, folder.at("lib/t.so"));
  EXPECT_EQ(result->config.state.path, folder.at("data/state.db"))
      << "a default is relative to the file as well";
  EXPECT_EQ(result->config.logging.file, "") << "no file stays no file";
  EXPECT_EQ(result->config.recording.ytdlp, "auto");
}

TEST(Config, AnOldStateFileSaysWhereTheNewStoreGoes) {
  const Folder folder;
  const auto result = folder.load("state: {state_file: var/state.json}");
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->config.state.path, folder.at("var/state.db"));
  EXPECT_EQ(result->config.state.old_state_file, folder.at("var/state.json"));
  const auto both = folder.load("state: {state_file: var/state.json, path: new/s.db}");
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->config.state.path, folder.at("new/s.db"));
}

TEST(Config, ValuesComeFromTheEnvironment) {
  ::setenv("CONFIG_TEST_ID", "77", 1);
  ::setenv("CONFIG_TEST_HOST", "example.org", 1);
  ::setenv("CONFIG_TEST_LOGINS", "a_b, shroud", 1);
  const rec::Config config = loaded(R"(
telegram: {api_id: "${CONFIG_TEST_ID}", api_hash: "x$${y}"}
endpoints: {youtube: "https://${CONFIG_TEST_HOST}/yt/"}
twitch: {channels: "${CONFIG_TEST_LOGINS}"}
)")
                                 .config;
  EXPECT_EQ(config.telegram.api_id, 77);
  EXPECT_EQ(config.telegram.api_hash.reveal(), "x${y}");
  EXPECT_EQ(config.endpoints.youtube, "https://example.org/yt");
  ASSERT_EQ(config.twitch.channels.size(), 2U);
  EXPECT_EQ(config.twitch.channels[1].name, "shroud");
}

TEST(Config, ASecretMayStandInAFileOfItsOwn) {
  const Folder folder;
  folder.write("secrets/token", "  12:ab${c}\n");
  folder.write("hash", "h");
  const auto result =
      folder.load("telegram: {bot_token: \"\", bot_token_file: secrets/token, api_hash_file: hash}");
  ASSERT_TRUE(result.has_value()) << result.error().text;
  EXPECT_EQ(result->config.telegram.bot_token.reveal(), "12:ab${c}");
  EXPECT_EQ(result->config.telegram.api_hash.reveal(), "h");
}

TEST(Config, AChatIsANumberANameOrALink) {
  const auto chat = [](const std::string& text) {
    return loaded("telegram: {channel_id: " + text + "}").config.telegram.channel_id;
  };
  EXPECT_EQ(chat("-1001"), rec::OptionalChat(std::int64_t{-1001}));
  EXPECT_EQ(chat("\"-1001\""), rec::OptionalChat(std::int64_t{-1001}));
  EXPECT_EQ(chat("\"@some_name\""), rec::OptionalChat(std::string("@some_name")));
  EXPECT_EQ(chat("https://t.me/+AbCd"), rec::OptionalChat(std::string("https://t.me/+AbCd")));
}

TEST(Config, TelegramCountsAsSetUpOnceThereIsAChatAndAnApplication) {
  EXPECT_FALSE(rec::telegram_configured(loaded("telegram: {api_id: 1, api_hash: h}").config));
  EXPECT_TRUE(rec::telegram_configured(loaded("telegram: {api_id: 1, api_hash: h, channel_id: -5}").config));
  EXPECT_TRUE(rec::telegram_configured(
      loaded("telegram: {api_id: 1, api_hash: h, targets: {a: {channel_id: -5}}}").config));
  const rec::LoadedConfig half = loaded("telegram: {channel_id: -5, api_id: 3}");
  EXPECT_FALSE(rec::telegram_configured(half.config));
}

TEST(Config, TargetsNotificationsAndHooksAreRead) {
  const rec::Config config = loaded(R"(
telegram:
  targets:
    main: {channel_id: "@main_one", compression: off, limits: {default_size_gb: 1.5, upload_parallelism: 4}}
    other: {channel_id: -5, compression: {enabled: true, default_target_size_mb: 100}}
notify: [telegram, {telegram: -7}, {ntfy: "https://ntfy.sh/t", token: k}, {heartbeat_url: "https://hc.example/1"}]
hooks: {session.done: [/bin/echo, "a b"]}
cross: [{youtube: "@x", twitch: x}]
)")
                                 .config;
  const rec::TargetConfig& main = config.telegram.targets.at("main");
  EXPECT_EQ(main.compression.enabled, false);
  EXPECT_EQ(main.default_size, 3ULL << 29U);
  EXPECT_EQ(main.upload_parallelism, 4);
  EXPECT_EQ(config.telegram.targets.at("other").compression.default_target_bytes, 100ULL << 20U);
  ASSERT_EQ(config.notify.size(), 4U);
  EXPECT_TRUE(config.notify[0].is_telegram());
  EXPECT_EQ(config.notify[1].telegram, rec::OptionalChat(std::int64_t{-7}));
  EXPECT_EQ(config.notify[2].ntfy.reveal(), "https://ntfy.sh/t");
  EXPECT_EQ(config.notify[3].heartbeat_url.reveal(), "https://hc.example/1");
  EXPECT_EQ(config.hooks.at("session.done"), (std::vector<std::string>{"/bin/echo", "a b"}));
  EXPECT_EQ(config.cross.at(0).twitch, "x");
}

TEST(Config, ControlIsClosedByDefaultAndOpensOnlyWhenAsked) {
  EXPECT_FALSE(loaded("").config.control.enabled);
  const rec::Config readonly =
      loaded("control: {enabled: true, group_id: -9, readonly_user_ids: [\"3\"]}").config;
  EXPECT_EQ(readonly.control.readonly_user_ids, std::vector<std::int64_t>{3});
  EXPECT_FALSE(readonly.control.allow_all_group_members);
  EXPECT_TRUE(
      loaded("control: {enabled: true, group_id: -9, allow_all_group_members: true}").config.control.enabled);
}

TEST(Config, AliasesAndMergesWork) {
  const rec::Config config =
      loaded(
          "recording: {phantom_filter: &p {enabled: no, min_size_mb: 1}}\nchannels:\n"
          "  - &a {url: twitch.tv/a_b, quality: 720p60}\n  - {<<: *a, url: twitch.tv/c_d}\n")
          .config;
  ASSERT_EQ(config.channels.size(), 2U);
  EXPECT_EQ(config.channels[1].name, "twitch.tv/c_d");
  EXPECT_EQ(config.channels[1].overrides.quality, "720p60");
}

TEST(Config, TwitchWithoutAKeyIsAllowedAndWarnedOf) {
  EXPECT_TRUE(has(all_of(loaded("twitch: {channels: [a_b]}").warnings),
                  "twitch.client_id: not set, so Twitch is asked channel by channel"));
  EXPECT_TRUE(loaded("youtube: {channels: [\"@x\"]}").warnings.empty());
}

TEST(Config, TheFirstFileInTheOldAndNewPlacesIsFound) {
  const Folder folder;
  const std::string file = folder.write("streamrecorder/config.yaml", "");
  ::setenv("XDG_CONFIG_HOME", folder.at("").c_str(), 1);
  const auto found = rec::find_config_file("");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(std::filesystem::weakly_canonical(*found), std::filesystem::weakly_canonical(file));
  EXPECT_EQ(*rec::find_config_file(file), file);
  const auto missing = rec::find_config_file(folder.at("nope.yaml"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, rec::Errc::not_found);
  EXPECT_TRUE(has(missing.error().text, "nope.yaml"));
  ::unsetenv("XDG_CONFIG_HOME");
}

// `channel add` without sudo would begin a store of its own in the current folder, and say that all is well.
TEST(Config, OneThatThisUserMayNotReadIsToldAndNotPassedOver) {
  const Folder folder;
  folder.write("streamrecorder/config.yaml", "");
  std::filesystem::permissions(folder.at("streamrecorder"), std::filesystem::perms::none);
  ::setenv("XDG_CONFIG_HOME", folder.at("").c_str(), 1);
  const auto look = [] {
    constexpr unsigned kNobody = 65534;
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setuid(kNobody) != 0)) ::_exit(2);
    const auto found = rec::find_config_file("");
    if (!found) std::fprintf(stderr, "%s\n", found.error().text.c_str());
    ::_exit(!found && found.error().code == rec::Errc::denied ? 0 : 1);
  };
  EXPECT_EXIT(look(), testing::ExitedWithCode(0), "config.yaml may not be read by this user; use sudo");
  ::unsetenv("XDG_CONFIG_HOME");
  std::filesystem::permissions(folder.at("streamrecorder"), std::filesystem::perms::owner_all);
}
