// Telegram takes its time: a wait of days that it asks for, a message that is long in changing.
#include <gtest/gtest.h>

#include <algorithm>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// How often what is left to do was tried, at the most.
int most_attempts(Program& program) {
  int most = 0;
  for (const OutboxRow& row : program.stored().outbox) most = std::max(most, row.attempts);
  return most;
}

TEST(TelegramPace, AWaitOfMoreThanADayIsKeptAndAskedAboutAfterADayAndNotEverySecond) {
  Program program("long-wait");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 6, 0, "first"}};
  program.world.floods = {{t, t + hours(27)}};
  program.run_for(seconds(600));
  EXPECT_FALSE(program.stored().outbox.empty());
  EXPECT_EQ(most_attempts(program), 1) << "it was told to wait";
  program.skip(hours(24));
  program.run_for(seconds(600));
  EXPECT_EQ(most_attempts(program), 1) << "over a restart, too";
  program.skip(hours(1));
  program.run_for(seconds(600));
  EXPECT_EQ(most_attempts(program), 2);
  program.skip(hours(2));
  program.run_for(seconds(600));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.stored().outbox.empty());
}

/// Two channels; the second one's recording is over while the first one goes on, whose status is being
/// changed every few seconds, three seconds long.
void two_broadcasts(Program& program, seconds later) {
  const Instant t = program.now();
  program.settings.channels.push_back(
      {ChannelId("twitch:else"), "twitch", "else", "https://www.twitch.tv/else"});
  program.world.editing = std::chrono::milliseconds(3000);
  program.world.broadcasts = {{t + seconds(5), 40, 0, "first", "s1", ChannelId("twitch:someone")},
                              {t + seconds(5) + later, 10, 0, "else", "s2", ChannelId("twitch:else")}};
}

TEST(TelegramPace, TheStatusOfARecordingIsNotWrittenOverItsLastWords) {
  for (int later = 0; later < 9; ++later) {
    SCOPED_TRACE(later);
    Program program("last-words");
    two_broadcasts(program, seconds(later));
    program.run_for(seconds(300));
    EXPECT_EQ(program.history().size(), 2U);
    int statuses = 0;
    for (const SentPost& post : program.world.posts) {
      if (!post.contents.empty()) continue;
      ++statuses;
      EXPECT_NE(post.text.find("Done"), std::string::npos) << post.text;
      EXPECT_EQ(post.text.find("Published"), std::string::npos) << "only a status says that: " << post.text;
    }
    EXPECT_EQ(statuses, 2);
  }
}

}  // namespace
}  // namespace rec::simulation
