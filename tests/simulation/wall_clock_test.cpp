// A wall clock that is set by hours while the program runs: nothing ends early, nothing is stuck, and lengths
// stay what they are.
#include <gtest/gtest.h>

#include <algorithm>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool waiting_stands(const Program& program) {
  return std::ranges::any_of(
      program.world.posts, [](const SentPost& post) { return post.text.starts_with("⏳") && !post.removed; });
}

TEST(WallClock, SetByHoursAmidABroadcastWhileTheApiLagsItIsOneRecordingOfItsTrueLength) {
  Program program("wall-set");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 60, 0, "only", "1"}};
  program.world.forgets_from = t + seconds(15);
  program.world.forgets_until = t + seconds(300);
  program.wall_is_off = {{t + seconds(40), hours(5)}, {t + seconds(90), -hours(8)}};
  program.run_for(seconds(400));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_EQ(program.world.captures, 1) << "it was not given up in between";
  ASSERT_EQ(program.history().size(), 1U);
  const session::Session session = program.history()[0];
  EXPECT_TRUE(program.gaps_of(session.id).empty());
  ASSERT_TRUE(session.ended_at);
  EXPECT_GE(*session.ended_at - session.started_at, seconds(118));
  EXPECT_LE(*session.ended_at - session.started_at, seconds(190)) << "the broadcast and the grace";
}

TEST(WallClock, SetBackOrForwardItNeitherShortensNorProlongsAWait) {
  Program program("wall-waits");
  const Instant t = program.now();
  program.settings.channel_policy.waiting_timeout = hours(6);
  program.world.shows = {{t, "Old", ""}, {t + seconds(20), "Soon", ""}};
  program.wall_is_off = {{t + hours(1), hours(8)}, {t + hours(2), -hours(10)}};
  bool stood = false;
  program.person = [&](App&, Clock& clock) -> asio::awaitable<void> {
    co_await clock.sleep(hours(5));
    stood = waiting_stands(program);
  };
  program.run_for(hours(7));
  EXPECT_TRUE(stood) << "after five hours";
  EXPECT_FALSE(waiting_stands(program)) << "after seven";
}

TEST(WallClock, SetBackItHoldsUpNoRetry) {
  Program program("wall-retry");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "only", "1"}};
  program.world.telegram_away = true;
  program.person = [&](App&, Clock& clock) -> asio::awaitable<void> {
    co_await clock.sleep(seconds(100));
    program.world.telegram_away = false;
  };
  program.wall_is_off = {{t + seconds(70), -hours(5)}};
  program.run_for(seconds(300));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(WallClock, SetBackItHoldsUpNoAlbum) {
  Program program("wall-album");
  const Instant t = program.now();
  program.settings.session_policy.mode = session::PostMode::album;
  program.settings.session_policy.album_wait = seconds(40);
  program.world.broadcasts = {{t + seconds(5), 45, 0, "only", "1"}};
  program.wall_is_off = {{t + seconds(25), -hours(8)}};
  program.run_for(seconds(85));
  EXPECT_FALSE(program.posted_media().empty()) << "what is ready is posted while the broadcast goes on";
  program.run_for(seconds(300));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(WallClock, SetForwardItTakesADroppedStreamForOverNoSooner) {
  Program program("wall-grace");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 10, 0, "before", "1"},
                              {t + seconds(50), 10, 40, "after", "1"}};
  program.wall_is_off = {{t + seconds(35), hours(3)}, {t + seconds(45), -hours(3)}};
  program.run_for(seconds(300));
  ASSERT_EQ(program.history().size(), 1U) << "one broadcast that dropped";
  EXPECT_EQ(program.posted_media(),
            media_of(program.world.broadcasts[0]) + media_of(program.world.broadcasts[1]));
}

}  // namespace
}  // namespace rec::simulation
