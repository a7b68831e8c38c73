// Pages of other sites: whoever resolves them is scripted, time is virtual.
#include "watch/page_watcher.hpp"

#include <gmock/gmock.h>

#include "runtime/supervisor.hpp"
#include "runtime/virtual_clock.hpp"
#include "tests/support/temp_folder.hpp"
#include "watch_fixture.hpp"

namespace rec {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class PagesInVirtualTime : public testing::Test {
 protected:
  PagesInVirtualTime() {
    for (const auto* name : {"one", "two", "three"})
      list.wanted.push_back(
          {{ChannelId(std::string("url:") + name), "url", name, std::string("https://x.example/") + name}});
    list.wanted.push_back({twitch_channel("somebody")});
    PageWatchOptions options;
    options.ask = [this](WatchedChannel channel) { return ask(std::move(channel)); };
    watcher = std::make_unique<PageWatcher>(clock, std::move(options));
    tasks.start("watch", watcher->watch(list));
  }
  ~PagesInVirtualTime() override {
    tasks.cancel_all();
    clock.run_for(seconds(1));
    EXPECT_EQ(failure, "");
  }
  Task<Sighting> ask(WatchedChannel channel) {
    asked.push_back(channel.name);
    most_together = std::max(most_together, ++together);
    co_await clock.sleep(seconds(4));
    --together;
    if (errors.contains(channel.name)) co_return fail(errors.at(channel.name));
    Sighting seen;
    seen.channel = channel.id;
    seen.over = over.contains(channel.name);
    seen.live = !seen.over;
    co_return seen;
  }
  [[nodiscard]] long times_asked(const std::string& name) const { return std::ranges::count(asked, name); }

  asio::io_context io;
  VirtualClock clock{io, from_unix_ms(1'795'000'000'000)};
  WrittenList list{{}};
  std::vector<std::string> asked;
  std::map<std::string, Error> errors;
  std::set<std::string> over;
  int together = 0;
  int most_together = 0;
  std::unique_ptr<PageWatcher> watcher;
  std::string failure;
  Supervisor tasks{io.get_executor(),
                   [this](const std::string&, const Error& error) { failure = error.text; }};
};

TEST_F(PagesInVirtualTime, EachIsAskedOnceAMinuteAndNeverTwoTogether) {
  clock.run_for(minutes(20));
  EXPECT_EQ(most_together, 1);
  for (const auto* name : {"one", "two", "three"}) {
    EXPECT_GE(times_asked(name), 18) << name;
    EXPECT_LE(times_asked(name), 20) << name;
  }
  EXPECT_EQ(times_asked("somebody"), 0) << "that one is not ours";
  EXPECT_EQ(list.seen.size(), asked.size());
  ASSERT_EQ(watcher->reports().size(), 1U);
  EXPECT_EQ(watcher->reports()[0].channels, 3U);
  EXPECT_EQ(watcher->reports()[0].interval, minutes(1));
}

TEST_F(PagesInVirtualTime, OneThatDroppedIsAskedTwiceAsOften) {
  list.wanted[1].urgency = Urgency::grace;
  clock.run_for(minutes(20));
  EXPECT_GE(times_asked("two"), 36);
  EXPECT_LE(times_asked("one"), 20);
}

TEST_F(PagesInVirtualTime, OneThatCannotBeToldIsAskedLaterAndLaterAndNothingIsSaidOfIt) {
  errors["two"] = {Errc::unavailable, "yt-dlp: the site is down", {}};
  errors["three"] = {Errc::invalid, "yt-dlp: the site is not supported", {}};
  clock.run_for(minutes(20));
  EXPECT_LE(times_asked("two"), 12);
  EXPECT_GE(times_asked("two"), 8);
  EXPECT_LE(times_asked("three"), 5) << "nothing but a person mends that";
  for (const auto& seen : list.seen) EXPECT_EQ(seen.channel.str(), "url:one");
  EXPECT_THAT(watcher->reports()[0].note, testing::HasSubstr("2 of the pages"));
  errors.clear();
  clock.run_for(minutes(10));
  EXPECT_EQ(watcher->reports()[0].note, "");
  EXPECT_EQ(watcher->reports()[0].trouble, "");
}

TEST_F(PagesInVirtualTime, OneWhoseBroadcastIsOverIsNotAskedForAnyMore) {
  over.insert("two");
  clock.run_for(minutes(10));
  EXPECT_EQ(times_asked("two"), 3) << "one look may be the site's mistake";
  EXPECT_GE(times_asked("one"), 9);
  const auto last = std::ranges::find_if(list.seen.rbegin(), list.seen.rend(), [](const Sighting& seen) {
    return seen.channel.str() == "url:two";
  });
  ASSERT_NE(last, list.seen.rend());
  EXPECT_TRUE(last->over);
  EXPECT_THAT(last->note, testing::HasSubstr("remove it, or add its channel"));
  EXPECT_EQ(watcher->reports()[0].channels, 2U);
  const auto two = list.wanted[1];
  list.wanted.erase(list.wanted.begin() + 1);
  clock.run_for(seconds(10));
  over.clear();
  list.wanted.push_back(two);
  clock.run_for(minutes(3));
  EXPECT_GE(times_asked("two"), 5) << "whoever adds it again has it looked at again";
}

TEST_F(PagesInVirtualTime, OneThatOnlySeemedToBeOverOrIsBeingRecordedIsAskedOn) {
  over.insert("two");
  clock.run_for(seconds(100));
  EXPECT_EQ(times_asked("two"), 2);
  over.clear();
  clock.run_for(minutes(2));
  over.insert("two");
  clock.run_for(seconds(100));
  EXPECT_GE(times_asked("two"), 5) << "it is counted anew";
  over = {"three"};
  list.wanted[2].urgency = Urgency::grace;
  clock.run_for(minutes(10));
  EXPECT_GE(times_asked("three"), 15) << "what dropped may come back";
  for (const Sighting& seen : list.seen) EXPECT_FALSE(seen.over) << seen.channel.str();
  list.wanted[2].urgency = Urgency::idle;
  const long before = times_asked("three");
  clock.run_for(minutes(10));
  EXPECT_LE(times_asked("three") - before, 2);
}

TEST_F(PagesInVirtualTime, WhatIsOverStaysSoOverARestartWithoutALook) {
  const test::TempFolder folder;
  const auto worker = make_inline_worker();
  const auto memory = [&] { return std::make_shared<WatchMemory>(folder / "watch.json", *worker); };
  PageWatchOptions options;
  options.ask = [this](WatchedChannel channel) { return ask(std::move(channel)); };
  options.memory = memory();
  over.insert("two");
  tasks.cancel_all();
  clock.run_for(seconds(1));
  asked.clear();
  PageWatcher first(clock, options);
  tasks.start("watch", first.watch(list));
  clock.run_for(minutes(10));
  tasks.cancel_all();
  clock.run_for(seconds(1));
  ASSERT_EQ(times_asked("two"), 3);
  asked.clear();
  list.seen.clear();
  options.memory = memory();
  PageWatcher second(clock, options);
  tasks.start("watch", second.watch(list));
  clock.run_for(minutes(10));
  EXPECT_EQ(times_asked("two"), 0);
  EXPECT_EQ(std::ranges::count_if(list.seen, [](const Sighting& seen) { return seen.over; }), 1);
  tasks.cancel_all();
  clock.run_for(seconds(1));
}

}  // namespace
}  // namespace rec
