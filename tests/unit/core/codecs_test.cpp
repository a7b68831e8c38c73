// Which codec signature may follow which in a file, whatever they are.
#include "core/codecs.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rec {
namespace {

std::string any_signature() {
  const std::string picture =
      *rc::gen::element<std::string>("", "avc1", "avc1:01", "avc1:02", "hvc1", "hvc1:01");
  const std::string sound = *rc::gen::element<std::string>("", "mp4a", "mp4a:48000", "mp4a:44100", "adts");
  return sound.empty() ? picture : picture + "+" + sound;
}

RC_GTEST_PROP(Codecs, EverySignatureContinuesItselfAndIsNotChangedByIt, ()) {
  const std::string one = any_signature();
  RC_ASSERT(codecs_continue(one, one));
  RC_ASSERT(codecs_joined(one, one) == one);
}

RC_GTEST_PROP(Codecs, WhatWasJoinedIsNeverForgotten, ()) {
  const std::string known = any_signature();
  const std::string now = any_signature();
  RC_PRE(codecs_continue(known, now));
  const std::string joined = codecs_joined(known, now);
  RC_ASSERT(codecs_continue(joined, known));
  RC_ASSERT(codecs_continue(joined, now));
  RC_ASSERT(codecs_joined(joined, now) == joined);
  RC_ASSERT(codecs_joined(joined, known) == joined);
}

RC_GTEST_PROP(Codecs, APartNeverTakesWhatItRefusedBeforeItKnewMore, ()) {
  const std::string known = any_signature();
  const std::string more = any_signature();
  const std::string other = any_signature();
  RC_PRE(!known.empty() && codecs_continue(known, more) && !codecs_continue(known, other));
  RC_ASSERT(!codecs_continue(codecs_joined(known, more), other));
}

TEST(Codecs, AHoleInPictureOrSoundIsNoChange) {
  EXPECT_TRUE(codecs_continue("avc1:01+mp4a:48000", "+mp4a:48000"));
  EXPECT_TRUE(codecs_continue("avc1:01+mp4a:48000", "avc1:01"));
  EXPECT_FALSE(codecs_continue("avc1:01", "avc1:01+mp4a:48000"));
}

TEST(Codecs, AnotherPictureOrSoundIsOne) {
  EXPECT_FALSE(codecs_continue("avc1:01", "avc1:02"));
  EXPECT_FALSE(codecs_continue("avc1", "hvc1"));
  EXPECT_FALSE(codecs_continue("avc1+mp4a:48000", "avc1+mp4a:44100"));
  EXPECT_FALSE(codecs_continue("avc1+mp4a", "avc1+adts"));
}

}  // namespace
}  // namespace rec
