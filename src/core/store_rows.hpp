// What must survive, as the store keeps it. Plain rows; the store's SQL is the only place that knows tables.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/channel.hpp"
#include "core/picture.hpp"
#include "core/segment.hpp"
#include "core/session.hpp"
#include "core/stopped.hpp"
#include "core/target_order.hpp"

namespace rec {

struct ChannelRow {
  ChannelId id;
  std::string platform{};
  std::string name{};
  std::string page_url{};
  channel::State state{};
  std::string platform_id{};  ///< the platform's own id of it, once it was told: it outlives a rename
  /// What the channel showed when it was last seen: a change while nothing is live is news of a broadcast to
  /// come.
  channel::Broadcast shown{};
  std::optional<Instant> scheduled{};  ///< of what it announced
  std::optional<StoppedBroadcast> stopped{};
  bool operator==(const ChannelRow&) const = default;
};

/// What commands said of a channel; it goes before what config.yaml says.
struct ChannelOrder {
  ChannelId id;
  std::string url{};                               ///< the page that `channel add` was given
  bool added = false;                              ///< by `channel add`: it needs no entry in config.yaml
  std::optional<bool> paused{};                    ///< unset: as config.yaml says
  std::map<std::string, std::string> overrides{};  ///< of `channel set`: values by key, as they were typed
  Instant ordered_at{};                            ///< when the first of it was said
  [[nodiscard]] bool says_nothing() const { return !added && !paused && overrides.empty(); }
  bool operator==(const ChannelOrder&) const = default;
};

/// A time that capture began anew within a session.
struct TakeRow {
  SessionId session;
  std::uint32_t number = 1;
  std::string playlist_url{};
  Instant started_at{};
  std::string end_reason{};  ///< "" while it runs, or when the program was killed
  ChannelId source{};        ///< on whose page (cross), empty = the channel's own
  Picture picture{};         ///< as the platform announced it, if it did
  bool operator==(const TakeRow&) const = default;
};

struct GapRow {
  SessionId session;
  Gap gap;
  bool operator==(const GapRow&) const = default;
};

/// An effect that is decided but not done. Its key is (session, effect); the store keeps them in the order
/// they came.
struct OutboxRow {
  SessionId session;
  session::Effect effect{};
  int attempts = 0;
  Instant not_before{};
  bool submitted = false;  ///< it may have reached the outside world
  std::string last_error{};
  /// Once submitted: the newest message of its chat before it; it is looked for behind that one.
  std::int64_t after_message = 0;
};

/// The number of a chat that was given by name, once it was told.
struct ChatRow {
  std::string name{};
  std::int64_t id = 0;
  bool operator==(const ChatRow&) const = default;
};

/// Everything one decision changes: all of it is durable, or none.
struct Commit {
  std::vector<ChannelRow> channels{};  ///< insert or replace
  std::vector<ChannelOrder> orders{};  ///< insert or replace; one that says nothing is deleted
  std::vector<session::Session>
      sessions{};  ///< insert or replace, with all their posts and those of their parts that changed
  std::vector<TakeRow> takes{};  ///< insert or replace by (session, number)
  std::vector<GapRow> gaps{};    ///< insert, in place of those that it covers (core/gaps.hpp)
  std::vector<std::pair<SessionId, session::Effect>>
      effects{};  ///< new outbox rows; one that is there already stays
  std::vector<std::pair<SessionId, session::Effect>> done{};  ///< outbox rows to delete, by their key
  std::vector<ChatRow> chats{};                               ///< insert or replace
  std::vector<TargetOrder> target_orders{};  ///< insert or replace; one that says nothing is deleted
};

/// What a start needs: channels, what commands said of them, sessions that are not done or have rows in the
/// outbox, their takes and gaps, the outbox, numbers of chats, what commands said of targets.
struct StoreSnapshot {
  std::vector<ChannelRow> channels{};
  std::vector<session::Session> sessions{};
  std::vector<TakeRow> takes{};
  std::vector<GapRow> gaps{};
  std::vector<OutboxRow> outbox{};     ///< in the order they came
  std::vector<ChannelOrder> orders{};  ///< in the order they came
  std::vector<ChatRow> chats{};
  std::vector<TargetOrder> target_orders{};  ///< in the order they came
};

/// Which sessions are looked for; what is left empty does not narrow it.
struct SessionQuery {
  std::string text{};  ///< stands in a title, a category or the channel's name; letters of either case
  ChannelId channel{};
  std::optional<Instant> before{};      ///< began before it
  std::optional<Instant> ended_from{};  ///< ended then or later
  std::string stream_id{};
  int limit = 50;
};

/// All that is kept of one session.
struct SessionRecord {
  session::Session session{};
  std::vector<TakeRow> takes{};
  std::vector<Gap> gaps{};
};

}  // namespace rec
