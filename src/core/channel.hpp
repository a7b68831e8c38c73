// What a channel does next. Pure: no I/O, no clock; time arrives inside events. `step` is the whole
// behaviour. Capture is not an effect: it runs exactly while the state is Live, and the app holds reality to
// that.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace rec::channel {

struct Policy {
  std::chrono::seconds offline_grace{180};      ///< twitch.offline_grace_period
  std::chrono::seconds waiting_timeout{21600};  ///< state.waiting_timeout_hours; 0: never
  bool operator==(const Policy&) const = default;
};

/// What the platform says of a broadcast.
struct Broadcast {
  std::string stream_id{};
  std::string title{};
  std::string category{};
  bool operator==(const Broadcast&) const = default;
};

// States: what must be remembered across a restart, and nothing else.
struct Offline {
  bool operator==(const Offline&) const = default;
};
/// A broadcast is to be expected: it was announced, or the channel changed its title or category.
struct Waiting {
  SessionId announcement;         ///< the session that carries the waiting message
  std::optional<Instant> ends{};  ///< unset: never
  bool operator==(const Waiting&) const = default;
};
struct Live {
  SessionId session;
  /// Set after a drop until a segment arrives again: a platform that still says "live" must not prolong the
  /// grace.
  std::optional<Instant> grace_ends{};
  ChannelId source{};  ///< the channel on whose page it goes on (cross), empty = its own
  bool operator==(const Live&) const = default;
};
struct Grace {
  SessionId session;
  Instant grace_ends{};
  bool operator==(const Grace&) const = default;
};
using State = std::variant<Offline, Waiting, Live, Grace>;

// Events: what the world told us.
struct SeenLive {
  Instant at;
  SessionId fresh_session;
  Broadcast broadcast;
  ChannelId source{};  ///< as Live::source
};  ///< watch: it is live; the id to use if a session must be opened
struct Announced {
  Instant at;
  SessionId fresh_session;
  Broadcast broadcast;
  std::optional<Instant> scheduled{};
};  ///< watch: news of a broadcast to come; the id to use if there is no waiting message yet
struct Withdrawn {
  Instant at;
};  ///< watch: what was announced is announced no more
struct SeenOffline {
  Instant at;
};  ///< watch: it is not (advice only while capture runs)
struct SegmentArrived {
  Instant at;
};  ///< capture: a segment is on disk
struct CaptureEnded {
  Instant at;
};  ///< capture: the playlist is over or cannot be had
struct LengthReached {
  Instant at;
  SessionId fresh_session;
  Broadcast broadcast;
};  ///< capture: the session is as long as one may be, and goes on in another (recording.session_duration)
struct Tick {
  Instant at;
};
struct Removed {
  Instant at;
};  ///< the operator took the channel out
using Event = std::variant<SeenLive, SeenOffline, Announced, Withdrawn, SegmentArrived, CaptureEnded,
                           LengthReached, Tick, Removed>;

// Effects, performed after the next state is durable (the session's own first state is committed with it).
struct OpenSession {
  SessionId session;
  Instant at{};
  Broadcast broadcast;
  SessionId continues{};     ///< the session whose recording goes on in it without a gap, empty = none
  SessionId announcement{};  ///< what announced it, empty = nothing
  bool operator==(const OpenSession&) const = default;
};
struct CloseSession {
  SessionId session;
  Instant at{};
  bool operator==(const CloseSession&) const = default;
};
struct OpenAnnouncement {
  SessionId announcement;
  Instant at{};
  Broadcast broadcast;
  std::optional<Instant> scheduled{};
  bool operator==(const OpenAnnouncement&) const = default;
};
struct ChangeAnnouncement {
  SessionId announcement;
  Instant at{};
  Broadcast broadcast;
  std::optional<Instant> scheduled{};
  bool operator==(const ChangeAnnouncement&) const = default;
};
struct CloseAnnouncement {
  SessionId announcement;
  Instant at{};
  bool operator==(const CloseAnnouncement&) const = default;
};
using Effect =
    std::variant<OpenSession, CloseSession, OpenAnnouncement, ChangeAnnouncement, CloseAnnouncement>;

struct Step {
  State next;
  std::vector<Effect> effects;
};

Step step(const State& state, const Event& event, const Policy& policy);

/// The session that is being recorded or waited for, if any.
std::optional<SessionId> open_session(const State& state);

/// The session that carries the waiting message, if there is to be one.
std::optional<SessionId> announcement_of(const State& state);

}  // namespace rec::channel
