// One published broadcast: its parts and its posts, from the first segment to the last message. Pure, like
// channel.hpp.
//
//   part:  sealed ──► ready ──► posted        (or failed: reported, and the others go on)
//   phase: recording ──► finishing ──► done
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "core/segment.hpp"

namespace rec::session {

/// telegram.post
enum class PostMode { each, album, after_end };

struct Policy {
  bool publish = true;  ///< false: no Telegram is set up, files stay in the output folder
  PostMode mode = PostMode::each;
  std::chrono::seconds album_wait{1800};
  bool operator==(const Policy&) const = default;
};

/// What is known of a finished part file.
struct PartFile {
  std::string path{};
  std::uint64_t bytes = 0;
  Millis duration{0};
  int width = 0;
  int height = 0;
  std::string sha256{};
  std::string thumbnail{};  ///< path of a JPEG, "" = none
  int thumbnail_width = 0;
  int thumbnail_height = 0;
  bool operator==(const PartFile&) const = default;
};

enum class PartState { sealed, ready, posted, failed };
std::string_view word(PartState state);

struct Part {
  int number = 0;                   ///< 1, 2, …
  std::uint64_t first_ordinal = 0;  ///< of the segment log, inclusive
  std::uint64_t last_ordinal = 0;
  PartState state = PartState::sealed;
  PartFile file{};
  std::string error{};
  std::int64_t message_id = 0;
  std::optional<Instant> ready_at{};
  std::optional<Instant> posted_at{};
  std::int64_t first_sequence = 0;  ///< media sequence numbers, for people
  std::int64_t last_sequence = 0;
  bool operator==(const Part&) const = default;
};

/// One message or album: consecutive parts, in order.
struct Post {
  int number = 0;  ///< 1, 2, …; posts go out in this order
  int first_part = 0;
  int last_part = 0;
  std::string marker{};  ///< stands in the caption; how the post is found again when its fate is unknown
  bool posted = false;
  bool operator==(const Post&) const = default;
};

enum class Phase { recording, finishing, done };
std::string_view word(Phase phase);

struct Session {
  SessionId id;
  ChannelId channel;
  std::string channel_name{};
  std::string title{};
  std::string category{};
  std::string stream_id{};  ///< the platform's id of the broadcast, "" = it has none
  std::string folder{};     ///< of the finished parts, fixed when the session starts
  Instant started_at{};
  std::optional<Instant> ended_at{};
  Phase phase = Phase::recording;
  bool status_posted = false;
  std::int64_t status_message = 0;
  std::string
      status_marker{};  ///< set with the first segment, when there is Telegram: the session is to be posted
  std::vector<Part> parts{};
  std::vector<Post> posts{};
  bool operator==(const Session&) const = default;

  /// The first segment that belongs to no part yet.
  [[nodiscard]] std::uint64_t next_ordinal() const {
    return parts.empty() ? 0 : parts.back().last_ordinal + 1;
  }
};

// Events.
struct Started {};   ///< a first segment is on disk; may be said again
struct PartSealed {  ///< the next part is this range
  std::uint64_t first_ordinal, last_ordinal;
  std::int64_t first_sequence = 0, last_sequence = 0;
};
struct PartReady {
  int number;
  PartFile file;
  Instant at;
};
struct PartFailed {
  int number;
  std::string error;
  Instant at;
};
struct StatusPosted {
  std::int64_t message_id;
  Instant at;
};
struct Posted {
  int post;
  std::vector<std::int64_t> message_ids;
  Instant at;
};
struct Ended {
  Instant at;
};  ///< no segment will come any more; the last part is sealed
struct StatusFinished {};
struct Tick {
  Instant at;
};
using Event = std::variant<Started, PartSealed, PartReady, PartFailed, StatusPosted, Posted, Ended,
                           StatusFinished, Tick>;

// Effects: durable as outbox rows, keyed by (session, kind, number); performing one twice has the outcome of
// once.
struct PostStatus {
  bool operator==(const PostStatus&) const = default;
};
struct MakePart {
  int number;
  bool operator==(const MakePart&) const = default;
};
struct PublishPost {
  int post;
  bool operator==(const PublishPost&) const = default;
};
struct RemovePart {
  int number;
  bool operator==(const RemovePart&) const = default;
};  ///< the posted file may go (recording.keep)
struct FinishStatus {
  bool operator==(const FinishStatus&) const = default;
};
struct RemoveRaw {
  bool operator==(const RemoveRaw&) const = default;
};  ///< the segment log may go: all that covers it is confirmed
/// Words in the outbox: post_status make_part publish_post remove_part finish_status remove_raw; `number` is
/// 0 where there is none.
using Effect = std::variant<PostStatus, MakePart, PublishPost, RemovePart, FinishStatus, RemoveRaw>;

struct Step {
  Session next;
  std::vector<Effect> effects;
};

/// `fresh_marker` is the marker to use should the step open a post (ids are made outside, core draws no
/// lots).
Step step(const Session& session, const Event& event, const Policy& policy, const std::string& fresh_marker);

}  // namespace rec::session
