// Another configuration while recordings run: the whole program on fakes.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/settings_of.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

WatchedChannel channel_called(const std::string& name) {
  return {ChannelId("twitch:" + name), "twitch", name, "https://www.twitch.tv/" + name};
}

/// One change of the settings at a time.
class Changed {
 public:
  explicit Changed(const std::string& name) : program(name) {
    program.person = [this](App& app, Clock& clock) { return change(app, clock); };
  }
  void at(Instant when, std::function<void(Settings&)> what) { changes_.push_back({when, std::move(what)}); }

  Program program;

 private:
  struct Change {
    Instant at{};
    std::function<void(Settings&)> what{};
  };
  asio::awaitable<void> change(App& app, Clock& clock) {
    for (const Change& one : changes_) {
      if (one.at > clock.now()) co_await clock.sleep(one.at - clock.now());
      Settings next = app.settings();
      one.what(next);
      program.settings = next;
      auto changed = co_await app.change_settings(std::move(next));
      EXPECT_TRUE(changed) << changed.error().text;
    }
  }
  std::vector<Change> changes_{};
};

TEST(ChangedSettings, AThousandChangesWhileItRecordsLoseNothingAndPostNothingTwice) {
  Changed changed("settings-thousand");
  const Instant t = changed.program.now();
  changed.program.world.broadcasts = {{t + seconds(5), 120, 0, "only", "1", ChannelId("twitch:someone")}};
  for (int i = 0; i < 1000; ++i) {
    changed.at(t + seconds(10) + Millis(200 * i), [i](Settings& settings) {
      settings.path_template = i % 2 == 0 ? "other {id}" : "{channel} {id}";
      settings.part_limits.duration = seconds(10 + i % 7);
      settings.upload_jobs = 1 + i % 3;
      settings.channel_policy.offline_grace = seconds(30 + i % 2);
      settings.channels = i % 2 == 0 ? std::vector{channel_called("someone"), channel_called("other")}
                                     : std::vector{channel_called("someone")};
    });
  }
  changed.program.run_for(minutes(8));
  EXPECT_EQ(changed.program.posted_media(), media_of(changed.program.world.broadcasts[0]));
  EXPECT_EQ(changed.program.world.captures, 1) << "its recording was never begun anew";
  ASSERT_EQ(changed.program.history().size(), 1U);
  EXPECT_TRUE(changed.program.gaps_of(changed.program.history()[0].id).empty());
}

TEST(ChangedSettings, AChannelThatIsTakenOutIsFinishedAndOneThatIsPutInIsRecorded) {
  Changed changed("settings-channels");
  const Instant t = changed.program.now();
  Broadcast first{t + seconds(5), 400, 0, "first", "1"};
  first.channel = ChannelId("twitch:someone");
  Broadcast second{t + seconds(5), 100, 0, "second", "2"};
  second.channel = ChannelId("twitch:other");
  changed.program.world.broadcasts = {first, second};
  changed.at(t + seconds(60), [](Settings& settings) { settings.channels = {channel_called("other")}; });
  changed.program.run_for(minutes(6));
  const std::string one = changed.program.posted_media_of("first");
  const std::string other = changed.program.posted_media_of("second");
  EXPECT_FALSE(one.empty());
  EXPECT_TRUE(media_of(first).starts_with(one)) << "finished, and posted";
  EXPECT_FALSE(other.empty());
  EXPECT_TRUE(media_of(second).ends_with(other)) << other;
  EXPECT_TRUE(changed.program.stored().sessions.empty());
  EXPECT_EQ(changed.program.history().size(), 2U);
}

TEST(ChangedSettings, ALiveChannelThatTheFileCallsOtherwiseNowStaysOneSession) {
  Changed changed("settings-renamed");
  const Instant t = changed.program.now();
  changed.program.settings.channels = {channel_called("someone")};
  changed.program.world.platform_id = "4711";
  changed.program.world.called = "someone_else";
  changed.program.world.broadcasts = {{t + seconds(5), 60, 0, "only", "1"}};
  changed.at(t + seconds(40),
             [](Settings& settings) { settings.channels = {channel_called("someone_else")}; });
  changed.program.run_for(minutes(7));
  ASSERT_EQ(changed.program.history().size(), 1U);
  EXPECT_EQ(changed.program.history()[0].channel, ChannelId("twitch:someone_else"));
  EXPECT_EQ(changed.program.posted_media(), media_of(changed.program.world.broadcasts[0]));
}

TEST(ChangedSettings, AChannelThatIsTakenOutEndsAsSoonAsTheOneThatCameIsKnownToBeAnother) {
  Changed changed("settings-other");
  const Instant t = changed.program.now();
  changed.program.world.platform_id = "4711";
  changed.program.world.called = "someone";
  Broadcast live{t + seconds(5), 400, 0, "only", "1", ChannelId("twitch:someone")};
  changed.program.world.broadcasts = {live};
  changed.at(t + seconds(60), [&](Settings& settings) {
    settings.channels = {channel_called("other")};
    changed.program.world.platform_id = "4712";
    changed.program.world.called = "other";
  });
  changed.program.run_for(minutes(2));
  ASSERT_EQ(changed.program.history().size(), 1U);
  EXPECT_EQ(changed.program.history()[0].phase, session::Phase::done);
  EXPECT_EQ(changed.program.history()[0].channel, ChannelId("twitch:someone"));
}

TEST(ChangedSettings, WhereASessionIsPostedStaysAndTheNextOneGoesElsewhere) {
  Changed changed("settings-target");
  const Instant t = changed.program.now();
  changed.program.world.broadcasts = {{t + seconds(5), 30, 0, "first", "1"},
                                      {t + minutes(4), 20, 0, "second", "2"}};
  changed.at(t + seconds(30), [](Settings& settings) { settings.target.target.chat.id = -1002; });
  changed.program.run_for(minutes(10));
  for (const SentPost& post : changed.program.world.posts) {
    for (const std::string& content : post.contents)
      EXPECT_EQ(post.chat, content.starts_with("<first") ? -1001 : -1002) << content;
  }
  EXPECT_EQ(changed.program.posted_media_of("second"), media_of(changed.program.world.broadcasts[1]));
}

TEST(ChangedSettings, RoomThatNeedNotBeLeftAnyMoreIsRecordedInto) {
  Changed changed("settings-room");
  const Instant t = changed.program.now();
  changed.program.settings.min_free = 1000;
  changed.program.world.free_bytes = [](Instant) { return std::uint64_t{500}; };
  changed.program.world.broadcasts = {{t + seconds(5), 100, 0, "only", "1"}};
  changed.at(t + seconds(60), [](Settings& settings) { settings.min_free = 0; });
  changed.program.run_for(minutes(7));
  EXPECT_TRUE(media_of(changed.program.world.broadcasts[0]).ends_with(changed.program.posted_media()));
  EXPECT_FALSE(changed.program.posted_media().empty());
}

}  // namespace
}  // namespace rec::simulation
