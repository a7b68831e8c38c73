// Channels whose platform says offline, and whose playlists are asked.
#include "watch/probing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/supervisor.hpp"
#include "runtime/virtual_clock.hpp"
#include "watch_fixture.hpp"

namespace rec {
namespace {

struct ProbedWorld {
  asio::io_context io;
  VirtualClock clock{io, from_unix_ms(1'795'000'000'000)};
  Supervisor supervisor{io.get_executor(), [](const std::string&, const Error&) {}};
  WrittenList list{{}};
  std::vector<std::string> live{};
  std::vector<std::pair<std::string, SteadyTime>> asked{};
  Millis takes{100};
  bool broken = false;
  int under_way = 0;
  int most_under_way = 0;
  std::unique_ptr<Watcher> watcher =
      make_probing_watcher(clock, [this](WatchedChannel channel) { return probe(std::move(channel)); });

  ~ProbedWorld() {
    supervisor.cancel_all();
    clock.run_for(Millis(1));
  }
  Task<bool> probe(WatchedChannel channel) {
    struct Busy {
      int& count;
      ~Busy() { --count; }
    };
    asked.emplace_back(channel.name, clock.steady());
    most_under_way = std::max(most_under_way, ++under_way);
    const Busy busy{under_way};
    co_await clock.sleep(takes);
    if (broken) co_return fail(Errc::unavailable, "usher is away");
    co_return std::ranges::find(live, channel.name) != live.end();
  }
  void add(const std::string& login, Urgency urgency) {
    list.wanted.push_back({twitch_channel(login), urgency, {}});
  }
  void start() { supervisor.start("watch", watcher->watch(list)); }
  [[nodiscard]] int probes_of(const std::string& login) const {
    return static_cast<int>(std::ranges::count(asked, login, [](const auto& one) { return one.first; }));
  }
};

TEST(ProbingWatcher, AStreamThatHelixLeavesOutIsSeenLiveByItsPlaylist) {
  ProbedWorld world;
  world.add("dropped", Urgency::grace);
  world.start();
  world.clock.run_for(std::chrono::seconds(35));
  EXPECT_TRUE(world.list.seen.empty());
  world.live = {"dropped"};
  world.clock.run_for(std::chrono::seconds(12));
  ASSERT_EQ(world.list.seen.size(), 1U);
  EXPECT_EQ(world.list.seen[0].channel.str(), "twitch:dropped");
  EXPECT_TRUE(world.list.seen[0].live);
  EXPECT_TRUE(world.list.seen[0].broadcast.stream_id.empty());
}

TEST(ProbingWatcher, AsksEveryTenSecondsInGraceAndEveryHalfMinuteOfThoseThatWereLiveLatelyOrAreWaitedFor) {
  ProbedWorld world;
  world.add("dropped", Urgency::grace);
  world.add("lately", Urgency::lately_live);
  world.add("waited", Urgency::waiting);
  world.add("idle", Urgency::idle);
  world.add("recording", Urgency::recording);
  world.list.wanted.push_back(
      {WatchedChannel{ChannelId("youtube:@x"), "youtube", "@x", "https://y/"}, Urgency::grace, {}});
  world.start();
  world.clock.run_for(std::chrono::minutes(5));
  EXPECT_GE(world.probes_of("dropped"), 27);
  EXPECT_LE(world.probes_of("dropped"), 31);
  EXPECT_GE(world.probes_of("lately"), 9);
  EXPECT_LE(world.probes_of("lately"), 11);
  EXPECT_GE(world.probes_of("waited"), 9);
  EXPECT_LE(world.probes_of("waited"), 11);
  EXPECT_EQ(world.probes_of("idle") + world.probes_of("recording") + world.probes_of("@x"), 0);
}

TEST(ProbingWatcher, AChannelThatHasJustDroppedIsAskedAtOnceThoughItWasAskedAMomentAgo) {
  ProbedWorld world;
  world.add("someone", Urgency::lately_live);
  world.start();
  world.clock.run_for(std::chrono::seconds(1));
  ASSERT_EQ(world.probes_of("someone"), 1);
  world.list.wanted[0].urgency = Urgency::grace;
  world.clock.run_for(std::chrono::seconds(4));
  EXPECT_EQ(world.probes_of("someone"), 2);
}

TEST(ProbingWatcher, NeverMoreThanFourAtATimeAndNobodyStarves) {
  ProbedWorld world;
  world.takes = std::chrono::seconds(6);
  for (int i = 0; i < 20; ++i) world.add("c" + std::to_string(i), Urgency::grace);
  world.start();
  world.clock.run_for(std::chrono::minutes(5));
  EXPECT_EQ(world.most_under_way, 4);
  for (int i = 0; i < 20; ++i) EXPECT_GE(world.probes_of("c" + std::to_string(i)), 8) << i;
}

TEST(ProbingWatcher, WhatCannotBeToldIsNotSaid) {
  ProbedWorld world;
  world.broken = true;
  world.live = {"dropped"};
  world.add("dropped", Urgency::grace);
  world.start();
  world.clock.run_for(std::chrono::minutes(1));
  EXPECT_GE(world.probes_of("dropped"), 5);
  EXPECT_TRUE(world.list.seen.empty());
  world.broken = false;
  world.clock.run_for(std::chrono::seconds(15));
  EXPECT_FALSE(world.list.seen.empty());
}

}  // namespace
}  // namespace rec
