#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/effect_key.hpp"
#include "seed_story.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

struct SeedSegment {
  std::string broadcast;
  std::int64_t number = 0;
};

/// Of "<name/7><name/8>".
std::vector<SeedSegment> segments_in(const std::string& content) {
  std::vector<SeedSegment> all;
  for (std::size_t at = 0; (at = content.find('<', at)) != std::string::npos; ++at) {
    const auto slash = content.find('/', at);
    const auto end = content.find('>', slash);
    all.push_back(
        {content.substr(at + 1, slash - at - 1), std::stoll(content.substr(slash + 1, end - slash - 1))});
  }
  return all;
}

bool is_media(const std::string& content) { return content.starts_with('<'); }

bool holds_any_file(const std::filesystem::path& folder) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, gone))
    if (entry.is_regular_file(gone)) return true;
  return false;
}

class SeedJudge {
 public:
  SeedJudge(Program& program, const SeedStory& story)
      : program_(program), world_(program.world), story_(story), sessions_(program.history()) {
    for (const SeedWish& wish : story.wishes)
      cut_ = cut_ || wish.action == SessionAction::stop || wish.action == SessionAction::cancel ||
             wish.action == SessionAction::skip_upload;
  }

  std::vector<std::string> judge() {
    nothing_twice();
    in_order();
    what_is_missing_is_named();
    undisturbed_is_whole();
    one_session_a_broadcast();
    nothing_left();
    statuses();
    copies();
    compressed();
    return std::move(faults_);
  }

 private:
  void fault(std::string text) { faults_.push_back(std::move(text)); }

  /// Stopped, and then not known to the platform for a while: that it is the same which is live again, and is
  /// to stay stopped, only its number says.
  [[nodiscard]] bool stopped_and_forgotten() const {
    const bool numbered =
        std::ranges::none_of(world_.broadcasts, [](const Broadcast& one) { return one.stream_id.empty(); });
    return !numbered && std::ranges::any_of(story_.wishes, [this](const SeedWish& wish) {
      const bool stops = wish.action == SessionAction::stop || wish.action == SessionAction::cancel;
      return stops && world_.forgets_until > world_.forgets_from && wish.at < world_.forgets_until;
    });
  }

  void nothing_twice() {
    std::set<std::pair<std::int64_t, std::string>> markers;
    for (const SentPost& post : world_.posts) {
      if (!markers.insert({post.chat, post.marker}).second) fault("a post was made twice: " + post.marker);
      if (post.copy) continue;
      for (const std::string& content : post.contents) {
        if (!is_media(content)) continue;
        for (const SeedSegment& segment : segments_in(content))
          if (!posted_[segment.broadcast].insert(segment.number).second && !stopped_and_forgotten())
            fault(fmt::format("{}/{} was posted twice", segment.broadcast, segment.number));
      }
    }
  }

  /// What was posted of a session, in the order of its posts.
  [[nodiscard]] std::string media_of_session(const session::Session& session) const {
    std::string media;
    for (const SentPost& post : world_.posts) {
      const bool its =
          std::ranges::find(session.posts, post.marker, &session::Post::marker) != session.posts.end();
      if (post.copy || !its) continue;
      for (const std::string& content : post.contents) media += content;
    }
    return media;
  }

  void in_order() {
    for (const auto& session : sessions_) {
      std::map<std::string, std::int64_t> newest;
      for (const SeedSegment& segment : segments_in(media_of_session(session))) {
        const auto [last, first] = newest.try_emplace(segment.broadcast, segment.number);
        if (!first && segment.number <= last->second)
          fault(fmt::format("{}/{} was posted behind {}", segment.broadcast, segment.number, last->second));
        last->second = segment.number;
      }
    }
  }

  void what_is_missing_is_named() {
    if (cut_ || story_.cross) return;
    std::set<std::int64_t> missing;
    for (const auto& session : sessions_)
      for (const Gap& gap : program_.gaps_of(session.id))
        for (auto n = gap.from_sequence; n <= gap.to_sequence; ++n) missing.insert(n);
    for (const auto& [name, numbers] : posted_)
      for (auto n = *numbers.begin(); n < *numbers.rbegin(); ++n)
        if (!numbers.contains(n) && !missing.contains(n))
          fault(fmt::format("{}/{} is missing, and nobody says so", name, n));
  }

  /// Where it is back within seconds and everything is on offer for long, a crash takes nothing.
  [[nodiscard]] bool disturbs(const Broadcast& broadcast, Instant at, seconds away) const {
    if (at > broadcast.ends() + seconds(30) || at + away < broadcast.begins - seconds(30)) return false;
    const bool short_one = away <= seconds(4) && world_.window >= 100 && broadcast.segments >= 10;
    return !short_one || at + away > broadcast.ends() - seconds(20);
  }

  void undisturbed_is_whole() {
    if (cut_ || story_.cross || story_.disk_fills) return;
    for (const Broadcast& broadcast : world_.broadcasts) {
      const Span forgotten{world_.forgets_from - seconds(30), world_.forgets_until + seconds(30)};
      bool disturbed = world_.forgets_until > world_.forgets_from && forgotten.from <= broadcast.ends() &&
                       forgotten.until >= broadcast.begins;
      for (const SeedKill& kill : story_.kills)
        disturbed = disturbed || disturbs(broadcast, kill.at, kill.away);
      for (const Instant at : story_.crashed_at) disturbed = disturbed || disturbs(broadcast, at, seconds(1));
      const auto posted = posted_.contains(broadcast.name) ? posted_.at(broadcast.name).size() : 0;
      if (!disturbed && posted != static_cast<std::size_t>(broadcast.segments))
        fault(fmt::format("{} of {} segments of {}, which nothing disturbed", posted, broadcast.segments,
                          broadcast.name));
    }
  }

  void one_session_a_broadcast() {
    const bool forgotten = world_.forgets_until - world_.forgets_from >= seconds(15);
    if (cut_ || story_.cross || story_.rolls || story_.renamed || forgotten) return;
    std::map<std::string, int> sessions_of;
    for (const auto& session : sessions_)
      if (!session.parts.empty() && !session.stream_id.empty()) ++sessions_of[session.stream_id];
    for (const auto& [stream, count] : sessions_of)
      if (count > 1 && !was_out_of_sight(stream))
        fault(fmt::format("{} sessions of broadcast {}", count, stream));
  }

  /// When the program was there and that was on air, second by second.
  [[nodiscard]] bool in_sight(const std::string& stream, Instant at) const {
    const auto away = [at](Instant from, seconds length) { return at >= from && at < from + length; };
    for (const SeedKill& kill : story_.kills)
      if (away(kill.at, kill.away)) return false;
    for (const Instant crashed : story_.crashed_at)
      if (away(crashed, seconds(1))) return false;
    return std::ranges::any_of(world_.broadcasts, [&](const Broadcast& one) {
      return one.stream_id == stream && at >= one.begins && at < one.ends();
    });
  }

  /// Was it away for a grace period as the program saw it, and not yet back when the program was? Then
  /// nothing but its number, which a platform may give for days, says that it is the same.
  [[nodiscard]] bool was_out_of_sight(const std::string& stream) const {
    constexpr seconds kAtLeast = kSeedGrace - seconds(4);  // it is seen, opened and given up within some
    std::optional<Instant> last;
    for (const Broadcast& one : world_.broadcasts) {
      if (one.stream_id != stream) continue;
      for (Instant at = one.begins; at < one.ends(); at += seconds(1)) {
        if (!in_sight(stream, at)) continue;
        if (last && at - *last > kAtLeast && at < one.begins + seconds(4)) return true;
        last = at;
      }
    }
    return false;
  }

  void nothing_left() {
    const auto stored = program_.stored();
    if (!stored.sessions.empty()) fault(fmt::format("{} sessions are not done", stored.sessions.size()));
    for (const OutboxRow& row : stored.outbox)
      fault(fmt::format("left to do: {} ({})", std::string(key_of(row.effect).kind), row.last_error));
    for (const SentPost& post : world_.posts)
      if (post.text.starts_with("⏳") && !post.removed) fault("a waiting message stands");
    for (const auto& session : sessions_)
      for (const auto& part : session.parts)
        if (part.state == session::PartState::failed) fault("a part failed: " + part.error);
    if (!story_.wishes.empty()) return;
    // A smaller version that Telegram does not take stays where it is.
    const bool refused = world_.most_bytes > 0 && program_.settings.target.target.compression.enabled;
    if (!refused && holds_any_file(program_.folder() / "recordings")) fault("files are left");
    if (holds_any_file(program_.folder() / "data" / "segments")) fault("segments are left");
  }

  void statuses() {
    if (!story_.wishes.empty()) return;
    for (const auto& session : sessions_) {
      if (session.parts.empty() || session.announcement) continue;
      const auto said = std::ranges::count_if(world_.posts, [&](const SentPost& post) {
        return post.marker == session.status_marker && post.text.starts_with("✅") && !post.removed;
      });
      const int wanted = program_.settings.keep_status ? 1 : 0;
      if (said != wanted) fault(fmt::format("{} status messages of a session say that it is done", said));
    }
  }

  void copies() {
    const std::int64_t backup = program_.settings.target.target.backup.id;
    if (backup == 0 || !story_.wishes.empty()) return;
    std::multiset<std::string> wanted, there;
    for (const SentPost& post : world_.posts) {
      const bool ours = !post.copy && post.chat != program_.settings.targets["other"].target.chat.id;
      for (const std::string& content : post.contents) {
        if (post.copy) there.insert(content);
        if (ours) wanted.insert(content);
      }
    }
    if (wanted != there) fault(fmt::format("{} copies of {} posted files", there.size(), wanted.size()));
  }

  void compressed() {
    if (!story_.wishes.empty()) return;
    for (const SentPost& post : world_.posts) {
      if (post.copy) continue;
      for (const std::string& content : post.contents) {
        if (is_media(content)) continue;
        const bool whole = std::ranges::any_of(sessions_, [&](const session::Session& session) {
          return session.compressed.marker == post.marker &&
                 content == "compressed:" + media_of_session(session);
        });
        if (!whole) fault("a compressed version is not of the whole session");
      }
    }
  }

  Program& program_;
  const World& world_;
  const SeedStory& story_;
  std::vector<session::Session> sessions_;
  bool cut_ = false;  ///< somebody asked for less than all of it
  std::map<std::string, std::set<std::int64_t>> posted_{};
  std::vector<std::string> faults_{};
};

}  // namespace

std::vector<std::string> faults_of(Program& program, const SeedStory& story) {
  return SeedJudge(program, story).judge();
}

}  // namespace rec::simulation
