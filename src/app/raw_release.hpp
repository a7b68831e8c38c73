// Gives back the room of segments while their session is still being recorded: the outbox's release_raw.
// Performing it again, after a crash, has the outcome of once. Decision thread only.
#pragma once
#include <functional>
#include <memory>

#include "app/session_sink.hpp"

namespace rec {

class RawRelease {
 public:
  struct Needs {
    Ledger& ledger;
    Worker& disk;    ///< writes the segment logs
    Worker& chores;  ///< reads them
    const Settings& settings;
    /// The sink of a session, or null where its log is not open.
    std::function<std::shared_ptr<SessionSink>(const SessionId&)> sink_of;
    /// Must the session's segments stay, though it is over? Empty: never.
    std::function<bool(const SessionId&)> segments_needed{};
    /// Does the recording pause because its disk is full? Then nothing new comes that could be waited for.
    std::function<bool()> full{};
  };
  explicit RawRelease(Needs needs) : needs_(std::move(needs)) {}

  /// Not yet: the part lies among the newest segments of a recording, or ends what another session began.
  [[nodiscard]] bool waits(const SessionId& session, int part) const;
  /// First the log says it, then the room is given back. A log that is gone is no failure; of a part that is
  /// to be posted after all nothing is released.
  Task<> release(SessionId session, int part);

 private:
  Needs needs_;
};

}  // namespace rec
