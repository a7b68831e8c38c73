// Capture as the app sees it: a live page in, segments out, in order and without one lost that was on offer.
#pragma once
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "core/segment.hpp"
#include "runtime/task.hpp"

namespace rec {

/// Where a session's segments go. Lives on the decision thread; calls do not overlap.
class SegmentSink {
 public:
  virtual ~SegmentSink() = default;
  /// The playlist that is being recorded, kept so that a restart can reopen it before it asks any platform.
  virtual Task<> playlist_opened(std::string media_playlist_url) = 0;
  /// The bytes are on disk and synced when this returns. no_space: nothing of it was kept; try again later.
  virtual Task<> append(SegmentInfo info, std::string bytes) = 0;
  virtual Task<> gap(Gap gap) = 0;
};

struct CaptureRequest {
  ChannelId channel;
  std::string page_url{};    ///< a Twitch or other page, or an .m3u8
  std::string reopen_url{};  ///< media playlist of the interrupted take, "" = none
  std::uint32_t take = 1;
  std::string quality = "best";
  std::string cookies_file{};
  std::string proxy{};
  /// The session's newest media segments, oldest first, at most the last 200: the cursor, and how overlap is
  /// recognised.
  std::vector<SegmentInfo> recent{};
};

enum class EndReason { endlist, offline, expired, denied, disk, cancelled, duration, failed };
inline std::string_view word(EndReason reason) {
  constexpr std::string_view kWords[] = {"endlist", "offline",   "expired",  "denied",
                                         "disk",    "cancelled", "duration", "failed"};
  return kWords[static_cast<std::size_t>(reason)];
}

struct CaptureEnd {
  EndReason reason = EndReason::failed;
  std::string text{};  ///< one line for a person
  /// This broadcast is on, but not to be had by this recorder: another backend may (yt-dlp as a whole).
  bool try_other_backend = false;
};

class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Records until the broadcast is over or cannot be had, and says why. Cancelling unwinds; what was
  /// appended stays. Never returns an error for what the network does: that is a reason. `sink` must outlive
  /// the call.
  virtual asio::awaitable<CaptureEnd> record(CaptureRequest request, SegmentSink& sink) = 0;
};

}  // namespace rec
