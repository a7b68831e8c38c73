// What the app needs to know, already validated and in its own terms: the configuration's keys end here.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/templates.hpp"
#include "core/channel.hpp"
#include "core/channel_filter.hpp"
#include "core/part_plan.hpp"
#include "core/phantom.hpp"
#include "core/session.hpp"
#include "ports/watcher.hpp"

namespace rec {

/// How a channel is captured, where it differs from the others.
struct CaptureSettings {
  std::string quality = "best";
  std::string cookies_file{};
  std::string proxy{};
  CaptureBackend backend = CaptureBackend::native;
  std::string format{};          ///< of the yt-dlp backend, "" = by quality
  bool live_from_start = false;  ///< YouTube: what was broadcast before is fetched beside the recording
};

/// Of the yt-dlp backend, for all channels.
struct YtDlpSettings {
  int retries = 10;
  int fragment_retries = 10;
  bool use_mpegts = false;
  PhantomRules phantom{};
};

/// A place to post to, as it is configured. What a session gets of it depends on the account as well.
struct TargetPlan {
  Target target{};                         ///< as of an ordinary account
  std::uint64_t premium_file_bytes = 0;    ///< of one with Premium
  std::uint64_t premium_target_bytes = 0;  ///< of its compressed version
  bool operator==(const TargetPlan&) const = default;
};

/// Which channels are watched, and how where it differs. `channel` commands change it while the program runs.
struct ChannelPlans {
  std::vector<WatchedChannel> channels{};
  /// Channels on whose pages the broadcasts of others go on (cross), and whose.
  std::vector<WatchedChannel> partners{};
  std::map<ChannelId, ChannelId> main_of{};
  /// Not watched; what is being recorded of them goes on to its end.
  std::vector<WatchedChannel> paused{};
  std::map<ChannelId, CaptureSettings> capture_of{};  ///< whole: Settings::capture does not count for these
  std::map<ChannelId, Micros> session_duration_of{};
  std::map<ChannelId, Micros> part_duration_of{};
  std::map<ChannelId, std::chrono::seconds> grace_of{};  ///< offline_grace_period
  std::map<ChannelId, ChannelFilter> filter_of{};
  std::map<ChannelId, std::string> target_of{};  ///< a name among Settings::targets, of those that have one
};

struct Settings : ChannelPlans {
  channel::Policy channel_policy{};  ///< of channels that have no grace of their own: see policy_for()
  session::Policy session_policy{};
  PartLimits part_limits{};
  std::uint64_t file_bytes = 2000ULL << 20U;  ///< what a file to be posted may have at most; 0 = any
  std::string data_folder{};                  ///< segment logs live in <data_folder>/segments/<session>
  std::string output_folder{};                ///< finished parts
  std::string path_template = "{channel}/{date} {title} [{id}]";
  CaptureSettings capture{};
  std::string codecs = "h264";  ///< recording.codecs
  YtDlpSettings ytdlp{};
  TargetPlan target{};                          ///< of channels that name none; no chat: they are not posted
  std::map<std::string, TargetPlan> targets{};  ///< by name (telegram.targets)
  bool premium = false;                         ///< the account has Premium, as far as is known yet
  Silent silent = Silent::parts;  ///< telegram.silent; parts: of a session only its first video rings
  TextStyle texts{};              ///< `language` and telegram.templates
  bool keep_status = true;        ///< telegram.keep_status
  std::chrono::milliseconds status_edit_interval{5000};
  std::chrono::seconds keep_posted{0};       ///< recording.keep.posted_for
  std::optional<std::uint64_t> keep_size{};  ///< recording.keep.size, bytes; unset: unlimited
  std::uint64_t min_free = 0;                ///< recording.min_free, bytes; 0: no guard (`record`)
  /// A recording that is longer goes on in a new session; unset: never (`record`).
  std::optional<Micros> session_duration{};
  int media_jobs = 2;
  int upload_jobs = 1;  ///< chats that are uploaded to at once
  int compression_jobs = 1;
  bool stop_when_full = false;  ///< a full disk ends the program (`record`); else it waits for room (`run`)
  /// Segments of a running recording that stay on the disk whatever is confirmed; tests keep fewer.
  std::uint64_t newest_segments_kept = 200;
  std::optional<Micros> record_duration{};  ///< `record --duration`: stop after that much media
};

channel::Policy policy_for(const Settings& settings, const ChannelId& channel);
/// Where a session of the channel that starts now is posted. Its target has no chat when it is posted
/// nowhere: none is configured, or the one it names is gone.
Target target_for(const Settings& settings, const ChannelId& channel);
/// The same of a target by its name; "" = the one of channels that name none.
Target target_named(const Settings& settings, const std::string& name);
/// What the parts of a session may have.
PartLimits part_limits_for(const Settings& settings, const session::Session& session);
/// What a file of a session may have at most; 0 = any.
std::uint64_t file_bytes_for(const Settings& settings, const session::Session& session);
/// Unset: as long as it gets.
std::optional<Micros> session_duration_for(const Settings& settings, const ChannelId& channel);
/// How a channel is captured.
const CaptureSettings& capture_for(const Settings& settings, const ChannelId& channel);
/// Its finished files are to be sound alone: the first wish of its quality.
bool sound_alone_for(const Settings& settings, const ChannelId& channel);

}  // namespace rec
