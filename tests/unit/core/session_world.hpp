// A session with the outside world around it: effects are collected like outbox rows and answered when the
// test says.
#pragma once
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/session.hpp"

namespace rec::session::test {

inline constexpr Instant kStart{Millis(1'800'000'000'000)};
inline Instant after(std::chrono::seconds passed) { return kStart + passed; }

struct World {
  explicit World(Policy policy_now = {}) : policy(policy_now) {
    session.id = SessionId("a-session");
    session.started_at = kStart;
    session.target.chat.id = -1001;
  }

  /// Says the event; what is new of its effects waits in `outbox` (one that is there already stays, as in
  /// the store).
  void say(const Event& event) {
    Step next = step(session, event, policy, "#m" + std::to_string(++markers_));
    session = std::move(next.next);
    for (const Effect& effect : next.dropped) std::erase(outbox, effect);
    for (const Effect& effect : next.effects) {
      if (std::ranges::find(outbox, effect) == outbox.end()) outbox.push_back(effect);
      decided.push_back(effect);
    }
  }
  void seal() {
    const std::uint64_t first = session.next_ordinal();
    say(PartSealed{first, first + 9, 0, 0});
  }
  void begin_file(bool beginning = false) {
    const int number = static_cast<int>(session.files.size()) + 1;
    say(FileBegun{number, beginning, "/takes/" + std::to_string(number), "part" + std::to_string(number),
                  now});
  }
  void make(int number) { say(PartReady{number, file(number), now}); }
  static PartFile file(int number) {
    PartFile made;
    made.path = "/out/" + std::to_string(number) + ".mp4";
    return made;
  }

  /// Takes the row out of the outbox and says what came of it, as the app would. `parts_fail`: no part can be
  /// made.
  void perform(std::size_t row, bool parts_fail = false) {
    const Effect effect = outbox.at(row);
    outbox.erase(outbox.begin() + static_cast<std::ptrdiff_t>(row));
    if (std::holds_alternative<PostStatus>(effect)) {
      say(StatusPosted{900, now});
    } else if (const auto* make_one = std::get_if<MakePart>(&effect)) {
      parts_fail ? say(PartFailed{make_one->number, "nothing playable", now}) : make(make_one->number);
    } else if (const auto* cut = std::get_if<CutFile>(&effect)) {
      const std::vector<PartFile> two{file(100), file(101)};
      parts_fail ? say(FileFailed{cut->number, "nothing playable", now})
                 : say(FileCut{cut->number, two, now});
    } else if (const auto* publish = std::get_if<PublishPost>(&effect)) {
      deliver(publish->post);
    } else if (std::holds_alternative<FinishStatus>(effect)) {
      say(StatusFinished{});
    } else {
      perform_end(effect);
    }
  }
  void perform_all() {
    while (!outbox.empty()) perform(0);
  }
  [[nodiscard]] bool waits(const Effect& effect) const {
    return std::ranges::find(outbox, effect) != outbox.end();
  }
  [[nodiscard]] std::size_t times(const Effect& effect) const {
    return static_cast<std::size_t>(std::ranges::count(decided, effect));
  }

  Policy policy;
  Session session;
  Instant now = kStart;
  std::vector<Effect> outbox;
  std::vector<Effect> decided;  ///< every effect ever, in order
  std::vector<int> copied;      ///< posts in the order in which they were copied
  std::vector<int> delivered;   ///< part numbers in the order in which people see them

 private:
  void deliver(int number) {
    const Post post = *std::ranges::find(session.posts, number, &Post::number);
    std::vector<std::int64_t> ids;
    for (const Part& part : session.parts) {
      if (!belongs(part, post) || part.state != PartState::ready) continue;
      delivered.push_back(part.number);
      ids.push_back(1000 + part.number);
    }
    say(Posted{number, ids, now});
  }
  void perform_end(const Effect& effect) {
    if (std::holds_alternative<FindPlace>(effect)) {
      say(PlaceFound{-1002, 7, now});
    } else if (std::holds_alternative<Compress>(effect)) {
      say(CompressionMade{file(50), now});
    } else if (std::holds_alternative<PostComment>(effect)) {
      say(CommentPosted{-1002, 8, now});
    } else if (const auto* edit = std::get_if<EditCaption>(&effect)) {
      say(CaptionEdited{edit->post, now});
    } else if (const auto* copy = std::get_if<CopyPost>(&effect)) {
      copied.push_back(copy->post);
      say(PostCopied{copy->post, {2000 + copy->post}, now});
    }
  }
  int markers_ = 0;
};

}  // namespace rec::session::test
