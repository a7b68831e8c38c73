// What the errors of the system mean to whoever gets them.
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace rec {
namespace {

TEST(ErrnoError, ADiskThatFailsIsWaitedForAndSaysNothingOfTheContent) {
  EXPECT_EQ(errno_error(EIO, "syncing a file").code, Errc::unavailable)
      << "a part is given up, and a session set aside, for what is corrupt";
  EXPECT_EQ(errno_error(EMFILE, "opening a file").code, Errc::unavailable);
}

TEST(ErrnoError, WhatNeedsRoomIsTold) {
  for (const int number : {ENOSPC, EDQUOT, EROFS})
    EXPECT_EQ(errno_error(number, "writing a file").code, Errc::no_space);
}

TEST(ErrnoError, TheTextNamesWhatWasDoneAndWhy) {
  EXPECT_EQ(errno_error(ENOENT, "opening /x").text, "opening /x: No such file or directory");
}

}  // namespace
}  // namespace rec
