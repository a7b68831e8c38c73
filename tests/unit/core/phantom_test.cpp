// Which files are left out, by the predecessor's keys.
#include "core/phantom.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

using std::chrono::seconds;

FileFacts small_piece() {
  FileFacts file;
  file.duration = seconds(20);
  file.bytes = 5U << 20U;
  file.continuation = true;
  file.twitch = true;
  file.live = false;
  return file;
}

TEST(Phantom, AShortAndSmallPieceBehindTheEndIsOne) {
  EXPECT_TRUE(phantom_reason(small_piece(), {}));
  FileFacts file = small_piece();
  file.duration = seconds(60);
  EXPECT_FALSE(phantom_reason(file, {})) << "small, but not short";
  file = small_piece();
  file.bytes = 50U << 20U;
  EXPECT_FALSE(phantom_reason(file, {})) << "short, but not small";
  file = small_piece();
  file.duration = seconds(0);
  EXPECT_FALSE(phantom_reason(file, {})) << "nobody knows how long it is";
}

TEST(Phantom, WhatRepeatsTheEndBeforeIsOneHoweverLongItIs) {
  FileFacts file = small_piece();
  file.duration = seconds(600);
  file.bytes = 500U << 20U;
  file.repeats = true;
  ASSERT_TRUE(phantom_reason(file, {}));
  EXPECT_NE(phantom_reason(file, {})->find("repeats"), std::string::npos);
  EXPECT_FALSE(phantom_reason(file, {.duplicate_check = false}));
}

TEST(Phantom, OnTwitchOnlyWhatCameWhenItWasSurelyOfflineIsDropped) {
  FileFacts file = small_piece();
  file.live = true;
  EXPECT_FALSE(phantom_reason(file, {}));
  file.live.reset();
  EXPECT_FALSE(phantom_reason(file, {})) << "a platform that cannot be asked says nothing";
  EXPECT_TRUE(phantom_reason(file, {.ask_platform = false}));
}

TEST(Phantom, ElsewhereAShortPieceIsFootageAndARepetitionIsOneWithoutAsking) {
  FileFacts file = small_piece();
  file.twitch = false;
  file.live.reset();
  EXPECT_FALSE(phantom_reason(file, {.ask_platform = false}));
  file.repeats = true;
  EXPECT_TRUE(phantom_reason(file, {}));
}

TEST(Phantom, ASessionsFirstPieceIsNeverOneUnlessThatIsAskedFor) {
  FileFacts file = small_piece();
  file.continuation = false;
  EXPECT_FALSE(phantom_reason(file, {}));
  EXPECT_TRUE(phantom_reason(file, {.only_on_continuation = false}));
}

TEST(Phantom, SwitchedOffNothingIsOne) {
  FileFacts file = small_piece();
  file.repeats = true;
  EXPECT_FALSE(phantom_reason(file, {.enabled = false}));
}

}  // namespace
}  // namespace rec
