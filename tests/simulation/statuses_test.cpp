// Killed while a session is in each of the ten statuses, and started again: it ends well, and what is posted
// is posted once.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/status.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kPostedTo = -1001;
constexpr std::int64_t kCommentsIn = -1002;
constexpr std::int64_t kCopiedTo = -1003;

bool shows_status(const App& app, StatusWord wanted) {
  const auto& policy = app.settings().session_policy;
  const Model& model = app.model();
  const auto channel = model.channels.find(ChannelId("twitch:someone"));
  if (channel == model.channels.end()) return false;
  const auto open = channel::open_session(channel->second.state);
  const auto session = open ? model.sessions.find(*open) : model.sessions.end();
  const session::Session* of = session == model.sessions.end() ? nullptr : &session->second;
  const bool of_a_channel = wanted == StatusWord::offline || wanted == StatusWord::waiting;
  if (of_a_channel) return status_of(channel->second.state, of, policy) == wanted;
  return std::ranges::any_of(model.sessions, [&](const auto& each) {
    return !each.second.announcement && status_of(each.second, policy) == wanted;
  });
}

/// Burns the fuse down the first time that the status is shown.
asio::awaitable<void> kill_at(App& app, Clock& clock, World& world, StatusWord wanted, bool& killed) {
  while (!killed && !shows_status(app, wanted)) co_await clock.sleep(std::chrono::milliseconds(50));
  if (std::exchange(killed, true)) co_return;
  world.fuse = 0;
}

void everything_is_asked_of_it(Program& program) {
  Target& target = program.settings.target.target;
  target.chat.id = kPostedTo;
  target.backup.id = kCopiedTo;
  target.compression = {true, 1000};
  program.world.groups[kPostedTo] = kCommentsIn;
  program.settings.session_policy.mode = session::PostMode::after_end;
  const Instant t = program.now();
  program.world.shows = {{t + seconds(3), "Before", "Chess"}, {t + seconds(10), "Soon", "Chess"}};
  program.world.broadcasts = {{t + seconds(30), 14, 100, "first", "s1"}};
}

std::string contents_of(const World& world, std::int64_t chat) {
  std::string all;
  for (const SentPost& post : world.posts) {
    for (const std::string& content : post.contents) {
      if (post.chat == chat) all += content;
    }
  }
  return all;
}

void expect_all_once(Program& program) {
  const World& world = program.world;
  const std::string media = media_of(world.broadcasts[0]);
  EXPECT_EQ(contents_of(world, kPostedTo), media);
  EXPECT_EQ(contents_of(world, kCommentsIn), "compressed:" + media);
  EXPECT_EQ(contents_of(world, kCopiedTo), media + "compressed:" + media);
  for (const SentPost& post : world.posts) {
    const auto same = std::ranges::count_if(world.posts, [&](const SentPost& each) {
      return each.chat == post.chat && each.marker == post.marker;
    });
    EXPECT_EQ(same, 1) << post.text;
  }
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_TRUE(program.stored().outbox.empty());
  const auto done = program.history();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(status_of(done[0], program.settings.session_policy), StatusWord::done);
}

class KilledIn : public testing::TestWithParam<StatusWord> {};

TEST_P(KilledIn, ItEndsWellAndNothingIsPostedTwice) {
  Program program("status-" + std::string(word(GetParam())));
  everything_is_asked_of_it(program);
  bool killed = false;
  program.person = [&killed, &program](App& app, Clock& clock) {
    return kill_at(app, clock, program.world, GetParam(), killed);
  };
  const int crashes = program.run_until(program.now() + seconds(600), seconds(1));
  EXPECT_TRUE(killed) << "it never had that status";
  EXPECT_EQ(crashes, 1);
  expect_all_once(program);
  for (const SentPost& post : program.world.posts) {
    if (post.text.find("Waiting") != std::string::npos) EXPECT_TRUE(post.removed) << post.text;
  }
}

INSTANTIATE_TEST_SUITE_P(Status, KilledIn,
                         testing::Values(StatusWord::offline, StatusWord::waiting, StatusWord::recording,
                                         StatusWord::processing, StatusWord::uploading,
                                         StatusWord::compressing, StatusWord::sending_compressed,
                                         StatusWord::forwarding),
                         [](const auto& status) { return std::string(word(status.param)); });

TEST(StartedAgain, WhatIsDoneStaysDone) {
  Program program("status-done");
  everything_is_asked_of_it(program);
  program.run_until(program.now() + seconds(300), seconds(1));
  expect_all_once(program);
  program.run_until(program.now() + seconds(300), seconds(1));
  expect_all_once(program);
}

TEST(StartedAgain, WhatEndedInAnErrorStaysOneAndNothingMoreIsPosted) {
  Program program("status-error");
  everything_is_asked_of_it(program);
  program.world.unusable = {"<first/105><first/106><first/107><first/108><first/109>"};
  program.run_until(program.now() + seconds(400), seconds(1));
  const auto status = [&program] {
    const auto done = program.history();
    return done.size() == 1 ? status_of(done[0], program.settings.session_policy) : StatusWord::offline;
  };
  EXPECT_EQ(status(), StatusWord::error);
  const std::size_t posts = program.world.posts.size();
  EXPECT_FALSE(contents_of(program.world, kPostedTo).empty());
  program.run_until(program.now() + seconds(400), seconds(1));
  EXPECT_EQ(status(), StatusWord::error);
  EXPECT_EQ(program.world.posts.size(), posts);
}

}  // namespace
}  // namespace rec::simulation
