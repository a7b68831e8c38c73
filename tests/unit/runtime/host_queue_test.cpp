#include "runtime/host_queue.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

std::string take_all(HostQueue<std::string>& queue) {
  std::string taken;
  while (auto next = queue.next()) taken += *next + " ";
  return taken;
}

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

}  // namespace
}  // namespace rec
