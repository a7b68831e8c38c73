// What a running capture writes to: the session that its channel has open. When that one is as long as a
// session may be (recording.session_duration), the recording goes on in the next, before a segment and
// without a word to the capture; while a disk has no room to record to (recording.min_free), drafts are
// refused.
#pragma once
#include <functional>
#include <memory>

#include "app/session_sink.hpp"

namespace rec {

class RollingSink final : public SegmentSink {
 public:
  struct Needs {
    Ledger& ledger;
    Clock& clock;
    const Settings& settings;
    /// The sink of a session, opened if need be.
    std::function<Task<std::shared_ptr<SessionSink>>(SessionId)> sink_for;
    std::function<Result<void>()> room{};  ///< no_space while nothing may be recorded; empty: there is room
  };
  /// `first` is the sink of the channel's open session, which is `session`.
  RollingSink(Needs needs, ChannelId channel, SessionId session, std::shared_ptr<SessionSink> first);

  Task<> playlist_opened(std::string media_playlist_url, Picture picture) override;
  std::shared_ptr<SegmentDraft> draft() override;
  /// A draft that was begun before the recording went on in another session is copied into that one's log.
  Task<> append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) override;
  Task<> gap(Gap gap) override;

  /// The session that the next segment belongs to.
  [[nodiscard]] const SessionId& session() const { return session_; }

 private:
  [[nodiscard]] bool due_before(const SegmentInfo& next) const;
  Task<> begin_next_session();
  Task<> move_over(SessionId next, std::uint32_t epoch);
  Task<std::shared_ptr<SegmentDraft>> in_this_log(std::shared_ptr<SegmentDraft> draft);

  Needs needs_;
  ChannelId channel_;
  SessionId session_;
  std::shared_ptr<SessionSink> sink_;
};

}  // namespace rec
