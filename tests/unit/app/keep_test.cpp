// What recording.keep lets go of, as the model tells it.
#include "app/keep.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

using namespace std::chrono_literals;
using session::PartState;
constexpr Instant kEvening{Millis(1'800'000'000'000)};

class KeepTest : public ::testing::Test {
 protected:
  // A session with parts of ten bytes each; those that are posted were so an hour apart, the first one first.
  void add(const std::string& id, std::initializer_list<PartState> states) {
    session::Session session;
    session.id = SessionId(id);
    for (const PartState state : states) {
      session::Part part;
      part.number = static_cast<int>(session.parts.size()) + 1;
      part.state = state;
      part.file.bytes = 10;
      if (state == PartState::posted) {
        part.posted_at = kEvening + hour_++ * 1h;
        OutboxRow row;
        row.session = session.id;
        row.effect = session::RemovePart{part.number};
        model_.outbox.push_back(row);
      }
      session.parts.push_back(part);
    }
    model_.sessions[session.id] = session;
  }
  static std::string names_of(const std::vector<KeptPart>& parts) {
    std::string names;
    for (const KeptPart& part : parts) names += part.session.str() + std::to_string(part.number) + " ";
    return names;
  }

  Model model_;
  Settings settings_;
  int hour_ = 0;
};

TEST_F(KeepTest, AllTogetherAreWithinTheSizeAndTheOldestPostedWentFirst) {
  add("b", {PartState::posted, PartState::posted});
  add("a", {PartState::posted, PartState::ready, PartState::sealed, PartState::failed});
  EXPECT_EQ(names_of(over_keep_size(model_, settings_)), "") << "unlimited unless somebody says so";
  settings_.keep_size = 40;
  EXPECT_EQ(names_of(over_keep_size(model_, settings_)), "");
  settings_.keep_size = 25;
  EXPECT_EQ(names_of(over_keep_size(model_, settings_)), "b1 b2 ");
  settings_.keep_size = 0;
  EXPECT_EQ(names_of(over_keep_size(model_, settings_)), "b1 b2 a1 ") << "what is not posted stays";
}

TEST_F(KeepTest, WhatIsRemovedAlreadyCountsForNothing) {
  add("a", {PartState::posted, PartState::posted, PartState::posted});
  std::erase_if(model_.outbox,
                [](const OutboxRow& row) { return row.effect == session::Effect(session::RemovePart{1}); });
  settings_.keep_size = 20;
  EXPECT_EQ(names_of(over_keep_size(model_, settings_)), "");
}

TEST_F(KeepTest, WithoutTelegramNothingEverGoes) {
  add("a", {PartState::ready, PartState::ready});
  settings_.keep_size = 0;
  EXPECT_EQ(names_of(over_keep_size(model_, settings_)), "");
  EXPECT_EQ(names_of(past_keep(model_, settings_, kEvening + 10'000h)), "");
}

TEST_F(KeepTest, OnAFullDiskOnlyWhatWasKeptLongEnoughMayGo) {
  add("a", {PartState::posted, PartState::posted, PartState::ready});
  settings_.keep_posted = 24h;
  EXPECT_EQ(names_of(past_keep(model_, settings_, kEvening + 23h)), "");
  EXPECT_EQ(names_of(past_keep(model_, settings_, kEvening + 24h)), "a1 ");
  EXPECT_EQ(names_of(past_keep(model_, settings_, kEvening + 48h)), "a1 a2 ");
}

}  // namespace
}  // namespace rec
