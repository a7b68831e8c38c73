// What the app needs to know, already validated and in its own terms: the configuration's keys end here.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "core/channel.hpp"
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

struct Settings {
  std::vector<WatchedChannel> channels{};
  channel::Policy channel_policy{};
  session::Policy session_policy{};
  PartLimits part_limits{};
  std::uint64_t file_bytes = 2000ULL << 20U;  ///< what a file to be posted may have at most; 0 = any
  std::string data_folder{};                  ///< segment logs live in <data_folder>/segments/<session>
  std::string output_folder{};                ///< finished parts
  std::string path_template = "{channel}/{date} {title} [{id}]";
  CaptureSettings capture{};
  std::map<ChannelId, CaptureSettings> capture_of{};  ///< whole: `capture` does not count for these
  std::string codecs = "h264";                        ///< recording.codecs
  YtDlpSettings ytdlp{};
  std::int64_t chat = 0;
  Silent silent = Silent::parts;  ///< telegram.silent; parts: of a session only its first video rings
  Language language = Language::en;
  std::chrono::milliseconds status_edit_interval{5000};
  std::chrono::seconds keep_posted{0};       ///< recording.keep.posted_for
  std::optional<std::uint64_t> keep_size{};  ///< recording.keep.size, bytes; unset: unlimited
  std::uint64_t min_free = 0;                ///< recording.min_free, bytes; 0: no guard (`record`)
  /// A recording that is longer goes on in a new session; unset: never (`record`).
  std::optional<Micros> session_duration{};
  std::map<ChannelId, Micros> session_duration_of{};  ///< channels that differ
  int media_jobs = 2;
  bool stop_when_full = false;  ///< a full disk ends the program (`record`); else it waits for room (`run`)
  std::optional<Micros> record_duration{};  ///< `record --duration`: stop after that much media
};

}  // namespace rec
