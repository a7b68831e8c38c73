// When a broadcast ends, only its last part is left to do, however long it was.
#include <gtest/gtest.h>

#include <algorithm>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of a broadcast of so many parts of ten seconds: how long after its end the last one is on Telegram. The
/// line carries a part in eight seconds, and making one takes three.
seconds from_the_end_to_the_last_post(int parts, session::PostMode mode) {
  Program program("last-post");
  program.settings.session_policy.mode = mode;
  program.world.making = seconds(3);
  program.world.posting = seconds(8);
  program.world.broadcasts = {{program.now() + seconds(5), parts * 5, 0, "first", "1"}};
  program.run_for(seconds(5 + parts * 10) + std::chrono::minutes(10));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  Instant last{};
  for (const SentPost& post : program.world.posts)
    if (!post.contents.empty()) last = std::max(last, post.at);
  return std::chrono::ceil<seconds>(last - program.world.broadcasts[0].ends());
}

/// What the status message said, one after the other.
asio::awaitable<void> read_statuses(World& world, std::vector<std::string>& shown, Clock& clock) {
  for (;;) {
    co_await clock.sleep(seconds(1));
    for (const SentPost& post : world.posts)
      if (post.contents.empty() && (shown.empty() || shown.back() != post.text)) shown.push_back(post.text);
  }
}

TEST(LastPost, ComesAsSoonAfterTheEndOfALongBroadcastAsOfAShortOne) {
  const auto each = session::PostMode::each;
  const seconds one = from_the_end_to_the_last_post(1, each);
  const seconds four = from_the_end_to_the_last_post(4, each);
  const seconds sixteen = from_the_end_to_the_last_post(16, each);
  RecordProperty("seconds_1", static_cast<int>(one.count()));
  RecordProperty("seconds_4", static_cast<int>(four.count()));
  RecordProperty("seconds_16", static_cast<int>(sixteen.count()));
  // A part that is on its way when the last one is ready may take its eight seconds first.
  EXPECT_LE(four, one + seconds(9));
  EXPECT_LE(sixteen, one + seconds(9));
}

TEST(LastPost, WhatWaitsForTheEndTakesAsLongAsTheBroadcastWasLong) {
  const auto after_end = session::PostMode::after_end;
  EXPECT_GT(from_the_end_to_the_last_post(16, after_end),
            from_the_end_to_the_last_post(4, after_end) + seconds(60))
      << "as somebody asked for; and the test above can fail";
}

TEST(LastPost, WhileTelegramSaysNothingTheStatusMessageSaysSo) {
  Program program("silent");
  program.world.posting = seconds(90);
  program.world.broadcasts = {{program.now() + seconds(5), 10, 0, "first", "1"}};
  std::vector<std::string> shown;
  program.person = [&](App&, Clock& clock) { return read_statuses(program.world, shown, clock); };
  program.run_for(std::chrono::minutes(10));
  const auto says = [](const std::string& text) {
    return text.find("no answer from Telegram") != std::string::npos;
  };
  EXPECT_GE(std::count_if(shown.begin(), shown.end(), says), 1);
  ASSERT_FALSE(shown.empty());
  EXPECT_FALSE(says(shown.back())) << "it is over";
}

}  // namespace
}  // namespace rec::simulation
