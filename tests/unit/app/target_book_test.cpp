// Targets of config.yaml, and what commands said on top.
#include "app/target_book.hpp"

#include <gtest/gtest.h>

#include "config_testing.hpp"

namespace rec {
namespace {

using config_testing::loaded;

constexpr Instant kBookNoonOfTargets{Millis(1'800'000'000'000)};

TargetBook book_of(const std::string& yaml, std::vector<TargetOrder> orders = {}) {
  return TargetBook(loaded(yaml).config.telegram, std::move(orders));
}

constexpr const char* kTwo =
    "telegram: {api_id: 1, api_hash: h, channel_id: -1001, targets: {vip: {channel_id: '@vip_recs', "
    "backup_channel_id: -1009}}}\n";

TEST(TargetBook, TheSectionsOwnIsTheDefault) {
  const auto book = book_of(kTwo);
  ASSERT_EQ(book.entries().size(), 2U);
  EXPECT_TRUE(book.entries().at("default").configured);
  EXPECT_EQ(book.entries().at("default").target.channel_id, OptionalChat(ChatRef(std::int64_t{-1001})));
  EXPECT_EQ(book.telegram().targets.size(), 1U);
}

TEST(TargetBook, OneThatIsAddedIsThereAfterARestartToo) {
  auto book = book_of(kTwo);
  const auto added = book.add("friends", {{"channel_id", "@friends_recs"}, {"limits.default_size_gb", "1.5"}},
                              kBookNoonOfTargets);
  ASSERT_TRUE(added) << added.error().text;
  ASSERT_TRUE(added->order);
  const auto again = book_of(kTwo, {*added->order});
  EXPECT_EQ(again.telegram().targets.at("friends").channel_id,
            OptionalChat(ChatRef(std::string("@friends_recs"))));
  EXPECT_EQ(again.telegram().targets.at("friends").default_size, 1536ULL << 20U);
  EXPECT_FALSE(again.entries().at("friends").configured);
  EXPECT_EQ(book.add("friends", {{"channel_id", "-1"}}, kBookNoonOfTargets).error().code, Errc::conflict);
}

TEST(TargetBook, WithoutAConfigurationTheDefaultMayBeAdded) {
  auto book = book_of("telegram: {}\n");
  EXPECT_TRUE(book.entries().empty());
  const auto added = book.add("default", {{"channel_id", "t.me/recs"}}, kBookNoonOfTargets);
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_EQ(book.telegram().channel_id, OptionalChat(ChatRef(std::string("t.me/recs"))));
  EXPECT_TRUE(book.telegram().targets.empty());
}

TEST(TargetBook, WhatIsWrongIsSaidAllAtOnceAndChangesNothing) {
  auto book = book_of(kTwo);
  EXPECT_EQ(book.add("a b", {{"channel_id", "-1"}}, kBookNoonOfTargets).error().code, Errc::invalid);
  EXPECT_NE(book.add("x", {}, kBookNoonOfTargets).error().text.find("channel_id"), std::string::npos);
  const auto wrong = book.add("x", {{"channel_id", "what is this"}, {"chanel_id", "-1"}}, kBookNoonOfTargets);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().text.find("what is this"), std::string::npos) << wrong.error().text;
  EXPECT_NE(wrong.error().text.find("chanel_id"), std::string::npos) << wrong.error().text;
  EXPECT_FALSE(book.set("default", {{"limits.default_size_gb", "1"}}, kBookNoonOfTargets));
  EXPECT_FALSE(book.set("vip", {}, kBookNoonOfTargets));
  EXPECT_EQ(book.entries().size(), 2U);
}

TEST(TargetBook, SetGoesBeforeConfigYamlAndIsTakenBack) {
  auto book = book_of(kTwo);
  const auto set =
      book.set("vip", {{"backup_channel_id", "-1010"}, {"compression", "true"}}, kBookNoonOfTargets);
  ASSERT_TRUE(set) << set.error().text;
  const TargetConfig& vip = book.telegram().targets.at("vip");
  EXPECT_EQ(vip.channel_id, OptionalChat(ChatRef(std::string("@vip_recs"))));
  EXPECT_EQ(vip.backup_channel_id, OptionalChat(ChatRef(std::int64_t{-1010})));
  EXPECT_EQ(vip.compression.enabled, true);
  EXPECT_FALSE(book.set("vip", {{"compression", "true"}}, kBookNoonOfTargets)->order) << "it was so already";
  ASSERT_TRUE(book.set("vip", {{"backup_channel_id", ""}}, kBookNoonOfTargets));
  EXPECT_EQ(book.telegram().targets.at("vip").backup_channel_id, OptionalChat(ChatRef(std::int64_t{-1009})));
  const auto removed = book.remove("vip");
  ASSERT_TRUE(removed) << removed.error().text;
  EXPECT_TRUE(removed->order->says_nothing());
  EXPECT_FALSE(book.telegram().targets.at("vip").compression.enabled);
  EXPECT_EQ(book.remove("vip").error().code, Errc::conflict) << "it stands in config.yaml";
}

TEST(TargetBook, OneThatIsNotThereIsNamedWithTheNearest) {
  auto book = book_of(kTwo);
  const auto gone = book.remove("vipp");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::not_found);
  EXPECT_NE(gone.error().text.find("did you mean vip"), std::string::npos) << gone.error().text;
  ASSERT_TRUE(book.add("x", {{"channel_id", "-1"}}, kBookNoonOfTargets));
  EXPECT_FALSE(book.set("x", {{"channel_id", ""}}, kBookNoonOfTargets)) << "nothing would be left of it";
  ASSERT_TRUE(book.remove("x"));
  EXPECT_FALSE(book.entries().contains("x"));
}

TEST(TargetBook, AnOrderThatNoVersionKnowsIsAProblemAndNoEnd) {
  const auto book = book_of(kTwo, {{"vip", {{"colour", "red"}}, kBookNoonOfTargets},
                                   {"left", {{"backup_channel_id", "-1"}}, kBookNoonOfTargets}});
  EXPECT_EQ(book.problems().size(), 1U);
  EXPECT_FALSE(book.entries().contains("left")) << "it has no channel";
  EXPECT_TRUE(book.entries().contains("vip"));
}

}  // namespace
}  // namespace rec
