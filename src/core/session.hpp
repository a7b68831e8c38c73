// One published broadcast: its parts and its posts, from the first segment to the last message. Pure, like
// channel.hpp.
//
//   part:  sealed ──► ready ──► posted        (or failed: reported, and the others go on)
//   file:  recording ──► recorded ──► cut     (or aside, or failed)
//   phase: recording ──► finishing ──► done
//   end:   compress ──► comment ──► captions ──► copies ──► status, once all is posted (session_end.cpp)
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "core/part_file.hpp"
#include "core/segment.hpp"
#include "core/target.hpp"

namespace rec::session {

/// telegram.post
enum class PostMode { each, album, after_end };

struct Policy {
  bool publish = true;  ///< false: no Telegram is set up, files stay in the output folder
  PostMode mode = PostMode::each;
  std::chrono::seconds album_wait{1800};
  bool operator==(const Policy&) const = default;
};

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
  /// Telegram did not take it among others: it goes alone, behind the album that ends with this part. 0 = no.
  int behind = 0;
  std::uint64_t most_bytes = 0;  ///< of its files: they were too large for the account; 0 = as all others
  std::string whole{};  ///< of one cut from a file: what it was before it was cut smaller, "" = the same
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

/// How far one step of the end is. failed: given up, and the next one is taken.
enum class Stage { open, wanted, done, failed };
std::string_view word(Stage stage);

/// One message or album: consecutive parts, in order.
struct Post {
  int number = 0;  ///< 1, 2, …; posts go out in this order
  int first_part = 0;
  int last_part = 0;
  std::string marker{};  ///< stands in the caption; how the post is found again when its fate is unknown
  bool posted = false;
  std::vector<std::int64_t> messages{};  ///< one a file, once it is posted
  Stage caption = Stage::open;           ///< says what is known only in the end
  Stage copy = Stage::open;              ///< into the target's backup chat
  std::vector<std::int64_t> copies{};    ///< its messages there
  std::string error{};                   ///< why it could not be copied
  bool operator==(const Post&) const = default;
};

/// Where comments below the first post go. failed: there is no such place, or it cannot be known.
struct Place {
  Stage found = Stage::open;
  std::int64_t chat = 0;
  std::int64_t reply_to = 0;
  bool operator==(const Place&) const = default;
};

/// The whole session in one small file.
struct Compressed {
  Stage made = Stage::open;
  PartFile file{};
  std::string error{};   ///< why it could not be made or posted
  std::string marker{};  ///< as a post's
  Stage posted = Stage::open;
  std::int64_t chat = 0;  ///< where it is
  std::int64_t message = 0;
  Stage copy = Stage::open;
  std::int64_t copied = 0;  ///< its message in the backup chat
  bool operator==(const Compressed&) const = default;
};

/// What people said of it.
struct Flags {
  bool cancelled = false;  ///< nothing more is made or posted
  bool skip_upload = false;
  bool skip_compression = false;
  bool skip_forwarding = false;
  bool operator==(const Flags&) const = default;
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
  Target target{};  ///< where it is posted, fixed when it starts
  Flags flags{};
  Place place{};
  Compressed compressed{};
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
enum class Refusal { too_large, unusable, deleted };
struct PostRefused {  ///< Telegram does not take this file (counted over the post's files), or it is not
                      ///< there any more; and Telegram has none of the post
  int post;
  std::size_t file;
  Refusal why;
  std::string error;
  Instant at;
};
struct PlaceFound {  ///< chat 0: there is none
  std::int64_t chat, reply_to;
  Instant at;
};
struct CompressionMade {
  PartFile file;
  Instant at;
};
struct CompressionFailed {
  std::string error;
  Instant at;
};
struct CommentPosted {
  std::int64_t chat, message;
  Instant at;
};
struct CommentRefused {  ///< not there
  std::string error;
  Instant at;
};
struct CaptionEdited {
  int post;
  Instant at;
};
struct PostCopied {  ///< post 0: the compressed version
  int post;
  std::vector<std::int64_t> message_ids;
  Instant at;
};
struct CopyRefused {
  int post;
  std::string error;
  Instant at;
};
struct Ended {
  Instant at;
};  ///< no segment will come any more; the last part is sealed
struct StatusFinished {};
struct Tick {
  Instant at;
};
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
struct FindPlace {
  bool operator==(const FindPlace&) const = default;
};  ///< where comments go: looked up soon after the first post, because a bot hears of it only once
struct Compress {
  bool operator==(const Compress&) const = default;
};
struct PostComment {
  bool operator==(const PostComment&) const = default;
};  ///< the compressed version below the first post
struct EditCaption {
  int post;
  bool operator==(const EditCaption&) const = default;
};  ///< what is known in the end
struct CopyPost {
  int post;
  bool operator==(const CopyPost&) const = default;
};  ///< into the backup chat; 0 = the compressed version
struct RemoveCompressed {
  bool operator==(const RemoveCompressed&) const = default;
};
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
/// Words in the outbox: post_status make_part cut_file publish_post remove_part find_place compress
/// post_comment edit_caption copy_post remove_compressed release_raw finish_status remove_raw; `number` is 0
/// where there is none.
using Effect =
    std::variant<PostStatus, MakePart, CutFile, PublishPost, RemovePart, FindPlace, Compress, PostComment,
                 EditCaption, CopyPost, RemoveCompressed, ReleaseRaw, FinishStatus, RemoveRaw>;

/// What a person can ask of a session.
///   cancel: nothing more is made or posted; all files stay
///   skip_…: the session goes on without it
///   clear_flags: takes cancel and skips back
///   reprocess: what was given up is tried anew, also when the session is done
enum class Wish { cancel, skip_upload, skip_compression, skip_forwarding, clear_flags, reprocess };
struct Asked {
  Wish wish;
  std::vector<Effect> under_way;  ///< what cannot be taken back any more: its outcome is waited for
  Instant at;
};
using Event = std::variant<Started, Retitled, PartSealed, PartReady, PartFailed, FileBegun, FileEnded,
                           FileCut, FileSetAside, FileFailed, StatusPosted, Posted, PostRefused, PlaceFound,
                           CompressionMade, CompressionFailed, CommentPosted, CommentRefused, CaptionEdited,
                           PostCopied, CopyRefused, Ended, StatusFinished, Asked, Tick>;

struct Step {
  Session next;
  std::vector<Effect> effects;
  std::vector<Effect> dropped{};  ///< decided before, and not to be done any more
};

/// `fresh_marker` is the marker to use should the step open a post (ids are made outside, core draws no
/// lots).
Step step(const Session& session, const Event& event, const Policy& policy, const std::string& fresh_marker);

/// Does it go to Telegram? One that began with Telegram waits for it, even when it is switched off for a
/// while.
bool is_posted(const Session& session, const Policy& policy);
/// Posted parts whose finished files may go, as things stand: nothing is to be made of them any more. A
/// compression that was skipped, and is wanted after all, makes them none.
std::vector<int> removable_parts(const Session& session, const Policy& policy);
/// Is the part one of the post's?
bool belongs(const Part& part, const Post& post);
/// The post's messages; of one that was posted before they were kept, those that its parts tell.
std::vector<std::int64_t> messages_of(const Session& session, const Post& post);

}  // namespace rec::session
