// Where capture puts a session's segments: the segment log, the part plan that says where parts end, the
// ledger that hears of it. One per session that is being recorded; outlives the takes.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "app/ledger.hpp"
#include "ports/media_maker.hpp"
#include "ports/recorder.hpp"
#include "spool/log_draft.hpp"

namespace rec {

/// Of what opening a log says: it will not be better later. All else passes.
inline bool is_damage(const Error& error) {
  return error.code == Errc::corrupt || error.code == Errc::conflict;
}

class SessionSink final : public SegmentSink, public std::enable_shared_from_this<SessionSink> {
 public:
  struct Needs {
    Ledger& ledger;
    Worker& disk;
    std::shared_ptr<ChunkPool> chunks;
    Clock& clock;
    const Settings& settings;
    CodecsOf codecs_of{};                            ///< may be empty
    std::function<void(const Error&)> on_refused{};  ///< hears each time that the disk did not take something
  };

  /// Of a channel's logs all is done on one lane of the disk worker: they are read when a recording goes on
  /// in another session.
  static Worker& lane_of(const ChannelId& channel, Worker& disk) { return disk.lane(channel.str()); }
  /// Of this one, whatever its channel is called since.
  [[nodiscard]] Worker& lane() const { return disk_; }

  /// Opens the log (cutting a torn tail) and replays what is in no part yet through the part plan, which may
  /// seal parts whose sealing was lost with a crash. corrupt: the log is damaged, or ends before what the
  /// store knows.
  static Task<std::unique_ptr<SessionSink>> open(Needs needs, SessionId session);

  Task<> playlist_opened(std::string media_playlist_url, Picture picture) override;
  std::shared_ptr<SegmentDraft> draft() override;
  Task<> append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) override;
  Task<> gap(Gap gap) override;

  /// Gaps that wait for the disk are written, or it fails as the disk says.
  Task<> flush_gaps();

  /// The disk did not let its log be opened so far. Of a broadcast of which nothing was written yet, what is
  /// missing is a gap before the first segment; `end_refused` notes it where none comes any more, up to when
  /// the broadcast was last seen. An error: the disk refuses again.
  void was_refused() { was_refused_ = true; }
  Task<> end_refused(SteadyTime last_seen);

  /// The take that the next calls belong to.
  void begin_take(std::uint32_t number, ChannelId source = {}) {
    take_ = number;
    source_ = std::move(source);
  }
  /// Called once, when settings.record_duration of media is on disk.
  void on_duration_reached(std::function<void()> callback) { on_duration_reached_ = std::move(callback); }

  /// The newest media segments of a track (core/segment.hpp), oldest first.
  [[nodiscard]] std::vector<SegmentRecord> recent(std::uint8_t track = 0) const;
  /// The newest segments of the pictures, with what they need before them; without extents where there are
  /// none yet.
  [[nodiscard]] MediaRun newest_media() const;
  /// The segments behind the last sealed part.
  [[nodiscard]] std::optional<session::PartSealed> tail() const;
  /// Behind that segment no keyframe was seen so far, and one may come soon: what ends with it ends amid a
  /// group of pictures, whose rest is not recorded yet.
  [[nodiscard]] bool keyframe_may_follow(std::uint64_t ordinal) const;
  /// Only the disk worker may look into it while the session is being recorded.
  [[nodiscard]] const std::shared_ptr<SegmentLog>& log() const { return log_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Without the segments whose room was given back.
  [[nodiscard]] std::uint64_t bytes_on_disk() const { return bytes_ - released_; }
  /// So many bytes of them are released now.
  void note_released(std::uint64_t bytes) { released_ += bytes; }
  [[nodiscard]] std::uint64_t segments() const { return segments_; }  ///< in the log, of every kind
  [[nodiscard]] std::uint64_t media_segments() const {
    return media_segments_;
  }  ///< without initialization sections
  [[nodiscard]] Micros recorded() const { return recorded_; }
  /// Since the newest segment, or the session's beginning, by the monotonic clock.
  [[nodiscard]] Millis silence() const { return std::chrono::floor<Millis>(needs_.clock.steady() - heard_); }
  /// When the newest segment came, as the wall clock of now counts: it may have been set since.
  [[nodiscard]] std::optional<Instant> last_append() const;

 private:
  SessionSink(Needs needs, SessionId session, std::shared_ptr<SegmentLog> log);
  Task<> reopen();
  Task<> write_pending_gaps();
  [[nodiscard]] bool known_init(const SegmentInfo& info, std::uint64_t checksum) const;
  /// Media that needs no initialization section comes where one still applies.
  [[nodiscard]] bool leaves_section(const SegmentInfo& info, const SegmentDraft& draft) const;
  Task<> failed(Error error);
  static Task<> mend(std::weak_ptr<SessionSink> of, Error error);
  void count(const SegmentRecord& record);
  void note_newest(const SegmentRecord& record);
  void note_keyframe(const SegmentRecord& record);
  void note_refused_before(const SegmentInfo& first);
  /// The open part, if it ends with that segment.
  [[nodiscard]] session::PartSealed open_part(std::uint64_t last) const;

  Needs needs_;
  SessionId session_;
  Worker& disk_;  ///< the channel's lane
  std::shared_ptr<SegmentLog> log_;
  bool reopening_ = false;
  std::vector<Gap> pending_gaps_;  ///< the disk did not take them: written before the next segment
  std::map<std::uint8_t, SegmentRecord> newest_inits_;  ///< of each track
  std::deque<SegmentRecord> newest_;                    ///< a few media segments of the main track
  std::optional<SegmentRecord> section_of_newest_;      ///< that the last of them needs
  std::optional<std::uint64_t> keyed_;                  ///< the newest segment of which a keyframe is known
  std::deque<std::uint64_t> newest_ordinals_;           ///< of a few media segments of the main track
  PartPlan plan_;
  std::uint64_t open_part_first_ = 0;
  std::optional<std::int64_t> open_part_first_sequence_{};
  std::int64_t open_part_last_sequence_ = 0;
  std::uint32_t take_ = 1;
  ChannelId source_{};  ///< on whose page, as TakeRow::source
  std::uint64_t bytes_ = 0;
  std::uint64_t released_ = 0;  ///< of bytes_
  std::uint64_t segments_ = 0;
  std::uint64_t media_segments_ = 0;
  Micros recorded_{0};
  std::optional<Instant> last_append_;
  SteadyTime heard_{};
  bool was_refused_ = false;
  std::function<void()> on_duration_reached_;
};

}  // namespace rec
