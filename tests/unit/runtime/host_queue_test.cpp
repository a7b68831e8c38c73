#include "runtime/host_queue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rec {
namespace {

std::string take_all(HostQueue<std::string>& queue) {
  std::string taken;
  while (auto next = queue.next()) taken += *next + " ";
  return taken;
}

SteadyTime at(int seconds) { return SteadyTime{} + std::chrono::seconds(seconds); }

TEST(HostQueue, AHostMayHaveOnlySoManyAtOnceAndTheOthersGoOn) {
  HostQueue<std::string> queue(2, 100);
  for (const char* item : {"a1", "a2", "a3", "a4"}) queue.push("a", item);
  queue.push("b", "b1");
  EXPECT_EQ(take_all(queue), "a1 b1 a2 ");
  queue.finished("b");
  EXPECT_EQ(take_all(queue), "");
  queue.finished("a");
  EXPECT_EQ(take_all(queue), "a3 ");
  EXPECT_EQ(queue.waiting(), 1U);
  EXPECT_EQ(queue.running(), 2U);
}

TEST(HostQueue, ABusyHostDoesNotTakeTheTurnsOfTheOthersWhenAllIsFull) {
  HostQueue<std::string> queue(100, 1);
  for (const char* item : {"a1", "a2", "a3"}) queue.push("a", item);
  queue.push("b", "b1");
  queue.push("c", "c1");
  std::string order;
  while (auto next = queue.next()) {
    order += *next + " ";
    queue.finished(next->substr(0, 1));
  }
  EXPECT_EQ(order, "a1 b1 c1 a2 a3 ");
}

TEST(HostQueue, OnesThatWaitCanBeTakenOut) {
  HostQueue<std::string> queue(1, 100);
  for (const char* item : {"a1", "a2", "a3"}) queue.push("a", item);
  EXPECT_EQ(queue.next(), "a1");
  const auto removed = queue.remove_waiting_if([](const std::string& item) { return item == "a2"; });
  EXPECT_EQ(removed, std::deque<std::string>{"a2"});
  EXPECT_EQ(queue.waiting(), 1U);
  queue.finished("a");
  EXPECT_EQ(queue.next(), "a3");
}

TEST(HostQueue, C41_OfTheStreamsOnOneHostTheOneWithTheFewestRunningIsNext) {
  HostQueue<std::string> queue(4, 100);
  for (const char* item : {"slow1", "slow2", "slow3", "slow4", "slow5"}) queue.push("cdn", item, "slow");
  EXPECT_EQ(take_all(queue), "slow1 slow2 slow3 slow4 ");
  queue.push("cdn", "other1", "other");
  queue.push("cdn", "other2", "other");
  queue.finished("cdn", "slow");
  EXPECT_EQ(take_all(queue), "other1 ") << "though slow5 has waited longer";
  queue.finished("cdn", "slow");
  EXPECT_EQ(take_all(queue), "other2 ");
}

TEST(HostQueue, C41_WithinAStreamTheOldestGoesFirst) {
  HostQueue<std::string> queue(1, 100);
  queue.push("cdn", "running", "x", at(1));
  EXPECT_EQ(queue.next(), "running");
  queue.push("cdn", "third", "x", at(9));
  queue.push("cdn", "first", "x", at(2));  // tried before, and comes again
  queue.push("cdn", "second", "x", at(5));
  queue.push("cdn", "fourth", "x", at(9));
  std::string order;
  while (queue.waiting() > 0) {
    queue.finished("cdn", "x");
    order += *queue.next() + " ";
  }
  EXPECT_EQ(order, "first second third fourth ");
}

TEST(HostQueue, C46_AHostMayTakeFewerOfOneStreamThanOfAll) {
  HostQueue<std::string> queue(512, 1024, [](const std::string& host) { return host == "video" ? 4 : 100; });
  for (int i = 0; i < 6; ++i) {
    queue.push("video", "a", "a");
    queue.push("video", "b", "b");
    queue.push("other", "o", "a");
  }
  const auto taken = take_all(queue);
  EXPECT_EQ(std::count(taken.begin(), taken.end(), 'a'), 4);
  EXPECT_EQ(std::count(taken.begin(), taken.end(), 'b'), 4);
  EXPECT_EQ(std::count(taken.begin(), taken.end(), 'o'), 6) << "behind those that may not start";
  queue.finished("other", "a");
  EXPECT_EQ(take_all(queue), "");
  queue.finished("video", "a");
  EXPECT_EQ(take_all(queue), "a ");
}

TEST(HostQueue, C41_TwoHundredStreamsAllGetTheirTurnBesideOneThatNeverEnds) {
  HostQueue<std::string> queue(20, 100);
  for (int i = 0; i < 1000; ++i) queue.push("cdn", "greedy", "greedy");
  EXPECT_EQ(take_all(queue).size(), 20 * std::string("greedy ").size());
  for (int i = 0; i < 200; ++i) queue.push("cdn", std::to_string(i), std::to_string(i));
  queue.finished("cdn", "greedy");  // one place in twenty is enough
  std::set<std::string> served;
  for (int i = 0; i < 200; ++i) {
    const auto next = queue.next();
    ASSERT_TRUE(next);
    served.insert(*next);
    queue.finished("cdn", *next);
  }
  EXPECT_EQ(served.size(), 200U);
  EXPECT_FALSE(served.contains("greedy"));
}

}  // namespace
}  // namespace rec
