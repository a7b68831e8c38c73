// What need not be learnt again after a restart.
#include "watch/watch_memory.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/support/temp_folder.hpp"
#include "watch_fixture.hpp"
#include "youtube_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;

struct Kept {
  test::TempFolder folder;
  std::unique_ptr<Worker> worker = make_inline_worker();
  std::string path = folder / "watch.json";
  std::shared_ptr<WatchMemory> again() { return std::make_shared<WatchMemory>(path, *worker); }
};

TEST(WatchMemory, TheAppTokenIsNotAskedForAgainAfterARestart) {
  Kept kept;
  sim::SimTwitchOptions options;
  options.token_life = std::chrono::seconds(1000);
  TwitchWatch watch(options);
  for (int start = 0; start < 3; ++start) {
    watch.memory = kept.again();
    ASSERT_TRUE(watch.sweep(*watch.watcher(), {twitch_channel("someone")}));
  }
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 1U);
  struct stat file{};
  ASSERT_EQ(::stat(kept.path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  watch.clock.advance(std::chrono::seconds(950));
  watch.memory = kept.again();
  ASSERT_TRUE(watch.sweep(*watch.watcher(), {twitch_channel("someone")}));
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 2U) << "nine tenths of its life are over";
}

TEST(WatchMemory, ATokenThatWasRevokedMeanwhileOrIsOfOtherKeysIsReplaced) {
  Kept kept;
  TwitchWatch watch;
  watch.memory = kept.again();
  ASSERT_TRUE(watch.sweep(*watch.watcher(), {twitch_channel("someone")}));
  watch.twitch.revoke_tokens();
  watch.memory = kept.again();
  ASSERT_TRUE(watch.sweep(*watch.watcher(), {twitch_channel("someone")}));
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 2U);
  kept.again()->keep_twitch_token(
      WatchMemory::TwitchToken{"other", Secret("of another"), watch.clock.now() + std::chrono::hours(1)});
  watch.memory = kept.again();
  ASSERT_TRUE(watch.sweep(*watch.watcher(), {twitch_channel("someone")}));
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 3U);
}

TEST(WatchMemory, AFileThatCannotBeReadCostsNothing) {
  Kept kept;
  for (const char* text : {"", "{", "[]", R"({"twitch_token": 5})", R"({"youtube_signed_in": [1]})"}) {
    test::write_bytes(kept.path, text);
    EXPECT_FALSE(kept.again()->twitch_token()) << text;
    EXPECT_TRUE(kept.again()->signed_in().empty()) << text;
  }
}

TEST_F(YoutubeOnAir, AChannelThatAskedForASignInIsAskedWithCookiesAfterARestart) {
  Kept kept;
  test::write_bytes(kept.folder / "cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tLOGIN\tme\n");
  list.wanted[0].channel.cookies_file = kept.folder / "cookies.txt";
  youtube.set_live("@show", "abc", "T");
  youtube.set_playability("abc", "UNPLAYABLE", "Join this channel to get access to members-only content");
  youtube.open_to("abc", "LOGIN=me");
  for (int start = 0; start < 2; ++start) {
    auto how = options();
    how.memory = kept.again();
    watcher = std::make_unique<YoutubeWatcher>(http, clock, std::move(how));
    list.seen.clear();
    ASSERT_TRUE(until_seen("@show", [](const Sighting& seen) { return seen.live; }));
    stop();
  }
  const auto asked = youtube.origin().requests("/@show/live");
  ASSERT_GE(asked.size(), 3U);
  EXPECT_EQ(asked[0].header("cookie"), "SOCS=CAI");
  for (std::size_t i = 1; i < asked.size(); ++i)
    EXPECT_THAT(asked[i].header("cookie"), HasSubstr("LOGIN=me"));
}

TEST_F(YoutubeOnAir, LooksLeaveRoomForRecordingsAndMakeUpForWhatTheyTake) {
  youtube.set_live("@show", "abc", "T");
  for (int i = 0; i < 30; ++i) {
    const std::string name = "@c" + std::to_string(i);
    youtube.add_channel(name);
    list.wanted.push_back({youtube_channel(name)});
  }
  auto how = options();
  how.interval = std::chrono::seconds(30);
  how.budget = std::make_shared<RequestBudget>(30, 3, 2);
  const auto budget = how.budget;
  watcher = std::make_unique<YoutubeWatcher>(http, clock, std::move(how));
  std::size_t recordings = 0;
  auto next = clock.steady() + std::chrono::minutes(1);
  const auto end = clock.steady() + std::chrono::minutes(5);
  ASSERT_TRUE(until([&] {
    if (clock.steady() >= next && budget->take_first(clock.steady())) {
      ++recordings;
      next += std::chrono::seconds(20);
    }
    return clock.steady() >= end;
  }));
  EXPECT_GE(recordings, 10U);
  const auto pages = youtube.pages_asked();
  EXPECT_LE(pages + recordings, 30U * 6U);
  EXPECT_GE(pages, 30U * 3U);
}

}  // namespace
}  // namespace rec
