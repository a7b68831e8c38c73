// Every variant and enum survives the way into columns and back, and what nobody wrote is corrupt.
#include "store/row_codec.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rec::row_codec {
namespace {

using session::CutFile;
using session::Effect;
using session::FileState;
using session::FinishStatus;
using session::MakePart;
using session::PartState;
using session::Phase;
using session::PostStatus;
using session::PublishPost;
using session::ReleaseRaw;
using session::RemovePart;
using session::RemoveRaw;

TEST(RowCodec, EveryEffectHasAKeyOfItsOwnAndComesBack) {
  const std::vector<Effect> every = {PostStatus{},
                                     MakePart{7},
                                     CutFile{7},
                                     PublishPost{7},
                                     RemovePart{7},
                                     ReleaseRaw{7},
                                     FinishStatus{},
                                     RemoveRaw{},
                                     session::FindPlace{},
                                     session::Compress{},
                                     session::PostComment{},
                                     session::EditCaption{7},
                                     session::CopyPost{7},
                                     session::RemoveCompressed{}};
  ASSERT_EQ(every.size(), std::variant_size_v<Effect>);
  std::set<std::string_view> kinds;
  for (const Effect& effect : every) {
    const EffectKey key = key_of(effect);
    EXPECT_TRUE(kinds.insert(key.kind).second) << key.kind;
    const auto back = effect_of(key.kind, key.number);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, effect);
  }
}

TEST(RowCodec, EveryChannelStateComesBack) {
  const Instant at{Millis(5)};
  for (const channel::State& state :
       {channel::State{channel::Offline{}}, channel::State{channel::Live{SessionId("s"), {}}},
        channel::State{channel::Live{SessionId("s"), at, ChannelId("twitch:x")}},
        channel::State{channel::Waiting{SessionId("s"), {}}},
        channel::State{channel::Waiting{SessionId("s"), at}},
        channel::State{channel::Grace{SessionId("s"), at}}}) {
    const auto back = state_of(columns_of(state));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, state);
  }
}

TEST(RowCodec, EveryWordOfAnEnumComesBack) {
  for (const Phase phase : {Phase::recording, Phase::finishing, Phase::done}) {
    EXPECT_EQ(phase_of(word(phase)).value(), phase);
  }
  for (const PartState state : {PartState::sealed, PartState::ready, PartState::posted, PartState::failed}) {
    EXPECT_EQ(part_state_of(word(state)).value(), state);
  }
  for (int stage = 0; word(static_cast<session::Stage>(stage)) != "unknown"; ++stage) {
    EXPECT_EQ(stage_of(word(static_cast<session::Stage>(stage))).value(), static_cast<session::Stage>(stage));
  }
  for (int state = 0; word(static_cast<FileState>(state)) != "unknown"; ++state) {
    EXPECT_EQ(file_state_of(word(static_cast<FileState>(state))).value(), static_cast<FileState>(state));
  }
  for (int cause = 0; word(static_cast<GapCause>(cause)) != "unknown"; ++cause) {
    EXPECT_EQ(cause_of(word(static_cast<GapCause>(cause))).value(), static_cast<GapCause>(cause));
  }
}

TEST(RowCodec, WhatNobodyWroteIsCorruptAndNamed) {
  const auto effect = effect_of("dance", 1);
  ASSERT_FALSE(effect);
  EXPECT_EQ(effect.error().code, Errc::corrupt);
  EXPECT_NE(effect.error().text.find("'dance'"), std::string::npos);
  EXPECT_EQ(state_of({"live", {}, {}}).error().code, Errc::corrupt);
  EXPECT_EQ(state_of({"grace", SessionId("s"), {}}).error().code, Errc::corrupt);
  EXPECT_EQ(phase_of("").error().code, Errc::corrupt);
  EXPECT_EQ(part_state_of("Sealed").error().code, Errc::corrupt);
  EXPECT_EQ(cause_of("unknown").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace rec::row_codec
