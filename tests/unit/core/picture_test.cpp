#include "core/picture.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

TEST(Pictures, AreCalledByTheShorterSideAndTheirRate) {
  EXPECT_EQ(name_of({1920, 1080, 60}), "1080p60");
  EXPECT_EQ(name_of({1280, 720, 30}), "720p30");
  EXPECT_EQ(name_of({1080, 1920, 30}), "1080p30") << "one that stands on end";
  EXPECT_EQ(name_of({1920, 1080, 0}), "1080p") << "nobody said how many";
  EXPECT_EQ(name_of({0, 0, 60}), "");
}

TEST(Pictures, RatesAreSaidAsPeopleSayThem) {
  EXPECT_EQ(spoken_rate(60000.0 / 1001), 60);
  EXPECT_EQ(spoken_rate(30000.0 / 1001), 30);
  EXPECT_EQ(spoken_rate(24000.0 / 1001), 24);
  EXPECT_EQ(spoken_rate(25), 25);
  EXPECT_EQ(spoken_rate(59.1), 60) << "one picture in seventy was dropped";
  EXPECT_EQ(spoken_rate(55), 55);
  EXPECT_EQ(spoken_rate(15), 15);
  EXPECT_EQ(spoken_rate(0), 0);
  EXPECT_EQ(spoken_rate(-5), 0);
  EXPECT_EQ(spoken_rate(90'000), 0) << "the clock's rate is none of pictures";
}

}  // namespace
}  // namespace rec
