// Capture as the app sees it: a live page in, segments out, in order and without one lost that was on offer.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "core/picture.hpp"
#include "core/segment.hpp"
#include "runtime/http.hpp"
#include "runtime/task.hpp"

namespace rec {

/// The bytes of one segment on their way to the disk, several at a time. One that is dropped before it is
/// appended leaves nothing. take() may be called on any one thread, the rest on the decision thread.
class SegmentDraft : public BodyReceiver {
 public:
  static constexpr std::size_t kHeadBytes = 1024;

  /// Nothing more comes: returns when all that was taken is written (not yet synced). Errors: no_space and
  /// what else a disk says; the draft is of no use then.
  virtual Task<> settle() = 0;

  // After settle().
  [[nodiscard]] virtual std::uint64_t bytes() const = 0;
  /// The first kHeadBytes of them, or all.
  [[nodiscard]] virtual std::string_view head() const = 0;
  /// XXH3 (64 bits) of them.
  [[nodiscard]] virtual std::uint64_t checksum() const = 0;
};

/// Where a session's segments go. Lives on the decision thread; calls of playlist_opened, append and gap do
/// not overlap.
class SegmentSink {
 public:
  virtual ~SegmentSink() = default;
  /// The playlist that is being recorded, kept so that a restart can reopen it before it asks any platform,
  /// and what it was announced to show, as far as that was said.
  virtual Task<> playlist_opened(std::string media_playlist_url, Picture picture) = 0;
  virtual std::shared_ptr<SegmentDraft> draft() = 0;
  /// `draft` is one of this sink's, settled, and synced when this returns. On an error nothing of it was
  /// kept, and it is of no use any more: its bytes must be fetched again. no_space: later.
  virtual Task<> append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) = 0;
  virtual Task<> gap(Gap gap) = 0;
};

struct CaptureRequest {
  ChannelId channel;
  std::string page_url{};  ///< a Twitch or other page, or an .m3u8
  /// The platform's number of the broadcast, where it is known: a page that shows several of one channel is
  /// not to change which one is recorded.
  std::string broadcast{};
  std::string reopen_url{};  ///< media playlist of the interrupted take, "" = none
  Picture reopen_picture{};  ///< what that one was announced to show
  std::uint32_t take = 1;
  bool moved = false;            ///< `recent` is of another page, which showed the same broadcast (cross)
  std::string quality = "best";  ///< a list in order of preference; `audio`: sound alone
  std::string codecs =
      "h264";  ///< of the video, in order of preference; others only when there is nothing else
  std::string cookies_file{};
  std::string proxy{};
  /// The session's newest media segments, oldest first, at most the last 200: the cursor, and how overlap is
  /// recognised.
  std::vector<SegmentInfo> recent{};
  std::vector<SegmentInfo> recent_sound{};        ///< the same of a separate audio rendition
  std::vector<std::uint64_t> recent_checksums{};  ///< XXH3 of the bytes of each of `recent`
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
