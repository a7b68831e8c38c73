// Two of us never work on the same folder.
#include "store/instance_lock.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temp_folder.hpp"

namespace rec::test {
namespace {

TEST(InstanceLock, ASecondOneIsAConflictThatNamesTheHolderAndTheCure) {
  const TempFolder temp;
  const auto first = InstanceLock::acquire(temp / "data");
  ASSERT_TRUE(first) << first.error().text;
  const auto second = InstanceLock::acquire(temp / "data");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_EQ(second.error().text, "another streamrecorder (pid " + std::to_string(getpid()) + ") holds " +
                                     temp / "data" + "; stop it or use another state.path");
  EXPECT_TRUE(InstanceLock::acquire(temp / "other"));
}

TEST(InstanceLock, ItIsFreeAgainWhenTheHolderLetsGo) {
  const TempFolder temp;
  {
    const auto held = InstanceLock::acquire(temp.path());
    ASSERT_TRUE(held);
  }
  EXPECT_TRUE(InstanceLock::acquire(temp.path()));
}

TEST(InstanceLock, ItIsFreeAgainWhenTheHolderIsKilled) {
  const TempFolder temp;
  int held[2];
  ASSERT_EQ(pipe(held), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = InstanceLock::acquire(temp.path());
    if (lock && write(held[1], "x", 1) == 1) pause();
    _exit(1);
  }
  char byte = 0;
  ASSERT_EQ(read(held[0], &byte, 1), 1);
  const auto while_held = InstanceLock::acquire(temp.path());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(held[0]);
  close(held[1]);
  ASSERT_FALSE(while_held);
  EXPECT_NE(while_held.error().text.find("(pid " + std::to_string(child) + ")"), std::string::npos);
  EXPECT_TRUE(InstanceLock::acquire(temp.path()));
}

TEST(InstanceLock, AShorterPidOverALongerOneLeavesNoDigitsBehind) {
  const TempFolder temp;
  write_bytes(temp / "lock", "99999999999\nstale");
  const auto held = InstanceLock::acquire(temp.path());
  ASSERT_TRUE(held);
  EXPECT_EQ(read_bytes(temp / "lock"), std::to_string(getpid()) + "\n");
}

}  // namespace
}  // namespace rec::test
