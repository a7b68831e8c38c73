// One published broadcast: its parts and its posts, from the first segment to the last message. Pure, like
// channel.hpp.
//
//   part:  sealed ──► ready ──► posted        (or failed: reported, and the others go on)
//   file:  recording ──► recorded ──► cut     (or aside, or failed)
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
  bool encoded = false;  ///< its pictures were encoded anew: no file could hold them as they were
  /// What did not fit into this file, in order: other codec parameters on the way, or more bytes than a file
  /// may have. Posted with it.
  std::vector<PartFile> further{};
  bool operator==(const PartFile&) const = default;
};

/// The file and its further ones, in order, each without further ones of its own.
std::vector<PartFile> all_files(const PartFile& file);
std::uint64_t bytes_of(const PartFile& file);
/// How many of them were encoded anew.
int encoded_of(const PartFile& file);
Millis duration_of(const PartFile& file);

enum class PartState { sealed, ready, posted, failed };
std::string_view word(PartState state);

struct Part {
  int number = 0;  ///< 1, 2, …
  /// Which of Session::files it was cut from. 0: it is a span of the segment log, and only then ordinals and
  /// sequence numbers mean anything.
  int file_take = 0;
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

/// recording: a program writes it. recorded: that is over, and it is to be cut into parts. cut: its parts are
/// among the session's, none if it held nothing. aside: a phantom, moved away and kept. failed: nothing can
/// be made of it; it stays where it is.
enum class FileState { recording, recorded, cut, aside, failed };
std::string_view word(FileState state);

/// One run of a program that records by itself (yt-dlp): what it writes becomes parts once it has ended.
struct FileTake {
  int number = 0;          ///< 1, 2, …
  bool beginning = false;  ///< what was broadcast before the recording began (recording.live_from_start)
  std::string folder{};    ///< it writes in there, and nobody else does: known before the program starts
  std::string stem{};      ///< its parts are called "<stem>-001.mp4", …
  FileState state = FileState::recording;
  Instant started_at{};
  std::optional<Instant> ended_at{};
  std::string note{};  ///< why it was set aside or failed, and where it lies
  bool operator==(const FileTake&) const = default;
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

/// What it was called from a time on.
struct Title {
  Instant at{};
  std::string title{};
  std::string category{};
  bool operator==(const Title&) const = default;
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
  SessionId continues{};    ///< the one that grew too long: its recording goes on here; empty = none
  /// It is no recording but a waiting message: "recording" while it stands, and when it is finished the
  /// message is gone.
  bool announcement = false;
  std::optional<Instant>
      scheduled{};  ///< of an announcement: when the broadcast is to begin, if that was said
  Instant started_at{};
  std::optional<Instant> ended_at{};
  Phase phase = Phase::recording;
  bool status_posted = false;
  std::int64_t status_message = 0;
  std::string
      status_marker{};  ///< set with the first segment, when there is Telegram: the session is to be posted
  std::vector<Part> parts{};
  std::vector<Post> posts{};
  std::vector<FileTake> files{};
  /// In order of time, the announcement's among them. `title` and `category` stay what they were when it
  /// began; those of an announcement are the newest.
  std::vector<Title> titles{};
  bool operator==(const Session&) const = default;

  /// What it is called now.
  [[nodiscard]] Title newest_title() const;

  /// The first segment that belongs to no part yet.
  [[nodiscard]] std::uint64_t next_ordinal() const;
};

// Events.
struct Started {};  ///< a first segment is on disk; may be said again
struct Retitled {   ///< the platform calls it otherwise now; what is the same as before is no news
  std::string title;
  std::string category;
  Instant at;
  std::optional<Instant> scheduled{};  ///< of an announcement
};
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
struct FileBegun {  ///< the next file, before its program starts; a live one before it that was not said to
                    ///< have ended has ended
  int number;
  bool beginning;
  std::string folder;
  std::string stem;
  Instant at;
};
struct FileEnded {  ///< nothing is written to it any more, or nobody can tell
  int number;
  Instant at;
};
struct FileCut {  ///< these are its parts, in order; none if there was nothing in it
  int number;
  std::vector<PartFile> parts;
  Instant at;
};
struct FileSetAside {
  int number;
  std::string note;
  Instant at;
};
struct FileFailed {
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
using Event =
    std::variant<Started, Retitled, PartSealed, PartReady, PartFailed, FileBegun, FileEnded, FileCut,
                 FileSetAside, FileFailed, StatusPosted, Posted, Ended, StatusFinished, Tick>;

// Effects: durable as outbox rows, keyed by (session, kind, number); performing one twice has the outcome of
// once.
struct PostStatus {
  bool operator==(const PostStatus&) const = default;
};
struct MakePart {
  int number;
  bool operator==(const MakePart&) const = default;
};
struct CutFile {
  int number;
  bool operator==(const CutFile&) const = default;
};  ///< the file's program is ended if it still runs; what it left becomes parts
struct PublishPost {
  int post;
  bool operator==(const PublishPost&) const = default;
};
struct RemovePart {
  int number;
  bool operator==(const RemovePart&) const = default;
};  ///< the posted file may go (recording.keep)
struct ReleaseRaw {
  int number;
  bool operator==(const ReleaseRaw&) const = default;
};  ///< the part's segments may go while the recording goes on: it and the one before it, which ends with the
    ///< first pictures of it, are confirmed
struct FinishStatus {
  bool operator==(const FinishStatus&) const = default;
};
struct RemoveRaw {
  bool operator==(const RemoveRaw&) const = default;
};  ///< the segment log and the files may go: all that covers them is confirmed
/// Words in the outbox: post_status make_part cut_file publish_post remove_part release_raw finish_status
/// remove_raw;
/// `number` is 0 where there is none.
using Effect =
    std::variant<PostStatus, MakePart, CutFile, PublishPost, RemovePart, ReleaseRaw, FinishStatus, RemoveRaw>;

struct Step {
  Session next;
  std::vector<Effect> effects;
};

/// `fresh_marker` is the marker to use should the step open a post (ids are made outside, core draws no
/// lots).
Step step(const Session& session, const Event& event, const Policy& policy, const std::string& fresh_marker);

}  // namespace rec::session
