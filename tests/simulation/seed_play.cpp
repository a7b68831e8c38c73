#include <algorithm>
#include <memory>

#include "seed_story.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

/// Whoever got no answer asks again after a restart.
asio::awaitable<void> ask_wishes(App& app, Clock& clock, std::shared_ptr<std::vector<SeedWish>> wishes) {
  co_await clock.sleep(seconds(2));  // what the store held is there
  for (SeedWish& wish : *wishes) {
    if (wish.at > clock.now()) co_await clock.sleep(wish.at - clock.now());
    if (wish.asked || app.model().sessions.empty()) continue;
    const SessionId id = app.model().sessions.rbegin()->first;
    auto outcome = co_await app.act_on_session(id, wish.action);
    wish.asked = true;
  }
}

class Player {
 public:
  Player(Program& program, SeedStory& story) : program_(program), story_(story), fuses_(story.fuses) {}

  void play() {
    auto wishes = std::make_shared<std::vector<SeedWish>>(story_.wishes);
    program_.person = [wishes](App& app, Clock& clock) { return ask_wishes(app, clock, wishes); };
    for (const SeedKill& kill : story_.kills) {
      if (kill.at <= program_.now()) continue;
      live_until(kill.at);
      program_.skip(kill.away);
      if (kill.renamed) rename();
    }
    live_until(story_.end);
    settle();
  }

 private:
  void live_until(Instant until) {
    while (program_.now() < until) {
      program_.world.fuse = -1;
      if (!fuses_.empty()) {
        program_.world.fuse = fuses_.front();
        fuses_.erase(fuses_.begin());
      }
      const auto left = std::chrono::ceil<seconds>(until - program_.now());
      if (!program_.run_for(left)) break;
      story_.crashed_at.push_back(program_.now());
      program_.skip(seconds(1));
    }
    program_.world.fuse = -1;
  }

  void rename() {
    program_.world.called = "someone_else";
    program_.settings.channels = {
        {ChannelId("twitch:someone_else"), "twitch", "someone_else", "https://www.twitch.tv/someone_else"}};
  }

  /// Until nothing is left to do: what failed last may wait for a while, and where comments go is looked for
  /// during two minutes.
  void settle() {
    for (const int length : {60, 240, 600, 1200, 2400}) {
      program_.run_for(seconds(length));
      const auto stored = program_.stored();
      if (stored.sessions.empty() && stored.outbox.empty()) return;
    }
  }

  Program& program_;
  SeedStory& story_;
  std::vector<int> fuses_;
};

}  // namespace

SeedOutcome play_seed(unsigned seed, const std::string& name) {
  SeedOutcome outcome;
  Program program(name);
  SeedStory story = written_story(seed, program);
  try {
    Player(program, story).play();
    outcome.faults = faults_of(program, story);
  } catch (const std::exception& error) {
    outcome.faults.push_back(std::string("it threw: ") + error.what());
  }
  outcome.crashes = static_cast<int>(story.crashed_at.size() + story.kills.size());
  outcome.posts = program.world.posts.size();
  outcome.sessions = program.history().size();
  return outcome;
}

}  // namespace rec::simulation
