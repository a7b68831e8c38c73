// A worker that gets no further ends by itself; one that gets on does not.
#include "media_av/liveness.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace rec::media {
namespace {

void leave_with_the_seconds_left(bool watched) {
  if (watched) watch_progress();
  made_progress();
  const unsigned left = ::alarm(0);
  made_progress();
  rest();
  std::_Exit(::alarm(0) == 0 && (watched ? left > 500 : left == 0) ? 0 : 1);
}

TEST(Liveness, AWatchedProcessHasTenMinutesFromEachStepUntilItRests) {
  EXPECT_EXIT(leave_with_the_seconds_left(true), ::testing::ExitedWithCode(0), "");
}

TEST(Liveness, AnyOtherIsLeftAlone) {
  EXPECT_EXIT(leave_with_the_seconds_left(false), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rec::media
