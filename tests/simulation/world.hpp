// The world outside the program, in memory: a broadcast, Telegram, files. It survives the program's crashes,
// and a fuse blows after the k-th step that leaves a trace in it.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ports/compressor.hpp"
#include "ports/media_maker.hpp"
#include "ports/publisher.hpp"
#include "ports/recorder.hpp"
#include "ports/store.hpp"
#include "ports/sweeping_watcher.hpp"
#include "runtime/virtual_clock.hpp"
#include "runtime/worker.hpp"

namespace rec::simulation {

struct Crash : std::runtime_error {
  Crash() : std::runtime_error("simulated crash") {}
};

/// One broadcast, as an origin would offer it: a segment every two seconds, a window of them on offer.
struct Broadcast {
  Instant begins{};
  int segments = 0;
  std::int64_t first_sequence = 0;
  std::string name{};  ///< of its media, so that two broadcasts' segments differ
  std::string stream_id{};
  ChannelId channel{};  ///< whose, "" = everybody's
  [[nodiscard]] Instant ends() const { return begins + std::chrono::seconds(2) * segments; }
};

/// What a channel shows from a time on while it is not live.
struct Shown {
  Instant from{};
  std::string title{};
  std::string category{};
  bool announced = false;
  std::string stream_id{};
  std::optional<Instant> scheduled{};
};

struct Span {
  Instant from{}, until{};
  [[nodiscard]] bool holds(Instant at) const { return at >= from && at < until; }
};

struct SentPost {
  std::int64_t id = 0;
  std::int64_t chat = 0;
  std::int64_t reply_to = 0;
  bool copy = false;
  bool silent = false;
  Instant at{};
  std::string marker{};
  std::string text{};
  std::vector<std::string> contents{};
  int edits = 0;
  Instant edited{};  ///< the last time
  bool removed = false;
};

struct World {
  std::vector<Broadcast> broadcasts{};
  int window = 6;
  std::chrono::seconds sweep_every{2};  ///< the watcher looks
  std::vector<Shown> shows{};           ///< by time; none: a title that never changes
  std::string platform_id{};            ///< told with each sighting, as is what the channel is called
  std::string called{};
  std::vector<SentPost> posts{};
  std::map<std::string, std::string> files{};  ///< finished parts by path
  bool telegram_away = false;                  ///< every call fails
  std::vector<Span> outages{}, floods{};       ///< in them every call fails, or is told to wait until the end
  int lost_answers = 0;                   ///< each post of so many is made, and its answer is lost; 0: none
  std::set<std::int64_t> closed_chats{};  ///< the account may not post there
  std::map<std::int64_t, std::int64_t> groups{};  ///< discussion groups of channels
  std::map<std::string, std::int64_t> names{};    ///< of chats
  int names_asked = 0;
  std::uint64_t most_bytes = 0;       ///< of a file that Telegram takes; 0: any
  std::set<std::string> unusable{};   ///< contents that Telegram takes no file of
  std::set<std::string> unmakable{};  ///< contents that no part can be made of
  std::uint64_t scale = 1;            ///< what a byte of a file is said to be
  bool premium = false;
  int compressions = 0;
  bool no_ffmpeg = false;                   ///< nothing can be compressed
  std::chrono::milliseconds making{300};    ///< how long it takes to make a part
  std::chrono::milliseconds posting{500};   ///< … and to post one; each file of an album takes as long
  std::chrono::milliseconds editing{0};     ///< … and to change a message
  std::chrono::seconds opening{0};          ///< how long it takes to be given a playlist
  bool denied = false;                      ///< the platform says live, and gives no playlist
  Instant forgets_from{}, forgets_until{};  ///< between them the platform's API knows of nothing live
  Instant lies_from{}, lies_until{};        ///< between them it calls everything live
  Span untold{};                            ///< in it only a playlist says who is live: no number, no title
  std::string codecs{};                     ///< of every segment; "": nobody can tell
  int keyframe_every = 1;                   ///< so many segments, by their numbers, are a group of pictures
  /// What the file system says at this instant.
  std::function<std::uint64_t(Instant)> free_bytes = [](Instant) { return 1ULL << 40U; };

  std::function<void(int)> on_segment{};  ///< so many segments of a broadcast are on disk
  int captures = 0;                       ///< that found something to record

  int gives_up_after = -1;  ///< segments of a broadcast that the native engine gets; negative: all
  std::map<std::string, int>
      taken;               ///< segments of a broadcast that the program which writes files need not get
  int segments_a_run = 4;  ///< then that program breaks off
  bool beginning_fails = false;
  std::chrono::seconds looking{0};  ///< how long it takes to look whether a file repeats the one before

  bool disk_counts = false;  ///< each job on the disk is a step, too
  int fuse = -1;             ///< steps left; negative: never blows
  int steps = 0;             ///< taken in all
  VirtualClock* clock = nullptr;

  /// A step that leaves a trace. Dies here when the fuse is burnt down.
  void burn() {
    ++steps;
    if (fuse < 0) return;
    if (fuse-- > 0) return;
    clock->stop();
    throw Crash();
  }
  [[nodiscard]] Instant now() const { return clock->now(); }
  /// What is told of a segment ("<name/7>"): without parameters where no keyframe is in it.
  [[nodiscard]] std::string codecs_of(std::string_view segment) const;
  /// Whole groups of pictures, as the media worker takes them: from the first keyframe on, and of the `tail`
  /// bytes at the end, which follow the part, what comes before one.
  [[nodiscard]] std::string whole_groups(const std::string& segments, std::uint64_t tail) const;
};

class FuseStore final : public Store {
 public:
  FuseStore(World& world, Store& disk) : world_(world), disk_(disk) {}
  Result<StoreSnapshot> load() override { return disk_.load(); }
  Result<void> commit(const Commit& commit) override {
    world_.burn();
    auto done = disk_.commit(commit);
    world_.burn();
    return done;
  }
  Result<void> update(const OutboxRow& row) override {
    world_.burn();
    auto done = disk_.update(row);
    world_.burn();
    return done;
  }
  Result<std::vector<session::Session>> history(int limit) override { return disk_.history(limit); }
  Result<std::vector<Gap>> gaps(const SessionId& session) override { return disk_.gaps(session); }
  Result<std::vector<SessionRecord>> search(const SessionQuery& query) override {
    return disk_.search(query);
  }
  Result<SessionRecord> record_of(const SessionId& session) override { return disk_.record_of(session); }

 private:
  World& world_;
  Store& disk_;
};

class FuseWorker final : public Worker {
 public:
  explicit FuseWorker(World& world) : world_(world) {}
  void post(std::function<void()> job) override {
    if (world_.disk_counts) world_.burn();
    job();
    if (world_.disk_counts) world_.burn();
  }

 private:
  World& world_;
};

class ScriptedWatcher final : public SweepingWatcher {
 public:
  ScriptedWatcher(World& world, Clock& clock) : SweepingWatcher(clock, world.sweep_every), world_(world) {}
  asio::awaitable<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) override;

 private:
  World& world_;
};

/// Records what the broadcasts offer, as the engine would: by overlap with `recent`, never past the window.
class ScriptedRecorder final : public Recorder {
 public:
  explicit ScriptedRecorder(World& world) : world_(world) {}
  asio::awaitable<CaptureEnd> record(CaptureRequest request, SegmentSink& sink) override;

 private:
  World& world_;
};

/// "Encodes" by writing down what went in.
class ScriptedCompressor final : public Compressor {
 public:
  explicit ScriptedCompressor(World& world) : world_(world) {}
  Task<session::PartFile> compress(CompressRequest request) override;

 private:
  World& world_;
};

/// "Remuxes" by reading the very bytes of the segment log.
class ScriptedMedia final : public MediaMaker {
 public:
  explicit ScriptedMedia(World& world) : world_(world) {}
  Task<session::PartFile> make_part(MakePartRequest request) override;

 private:
  World& world_;
};

/// Telegram behind TDLib: a send with an unknown fate can be found again by its marker.
class ScriptedPublisher final : public Publisher {
 public:
  explicit ScriptedPublisher(World& world) : world_(world) {}
  Task<Account> account() override;
  Task<> check_chat(std::int64_t chat) override;
  Task<std::vector<std::int64_t>> publish(PostRequest request) override;
  Task<> edit_text(std::int64_t chat, std::int64_t message, RichText text) override;
  Task<> edit_caption(std::int64_t chat, std::int64_t message, RichText text) override;
  Task<std::optional<CommentPlace>> comment_place(std::int64_t chat, std::int64_t message) override;
  Task<std::int64_t> resolve_chat(std::string reference) override;
  Task<std::vector<ChatInfo>> chats() override;
  Task<> remove(std::int64_t chat, std::int64_t message) override;
  asio::awaitable<void> close() override;

 private:
  /// As a bot looks for it: behind what is known to be something else.
  [[nodiscard]] std::vector<std::int64_t> find(const PostRequest& request) const;
  [[nodiscard]] Result<void> reachable() const;
  [[nodiscard]] Result<void> usable(std::int64_t chat) const;
  [[nodiscard]] Result<SentPost> post_of(const PostRequest& request) const;
  World& world_;
};

}  // namespace rec::simulation
