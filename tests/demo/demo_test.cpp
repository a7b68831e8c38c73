// The demo, as people run it, and with the recorder killed on the way.
#include <gtest/gtest.h>

#include <cstdlib>

namespace {

int demo(const std::string& arguments) {
  const std::string command = std::string(REC_BINARY) + " demo " + arguments + " 2>&1";
  return std::system(command.c_str());  // its output is the test's
}

TEST(Demo, EveryFrameIsPostedOnceAndInOrder) { EXPECT_EQ(demo(""), 0); }

TEST(DemoKilled, FiveKillsAtRandomInstantsChangeNothing) {
  const int runs = std::getenv("REC_LONG") != nullptr ? 20 : 1;
  for (int run = 0; run < runs; ++run) ASSERT_EQ(demo("--kills 5"), 0) << "run " << run;
}

}  // namespace
