// Which broadcasts are recorded, and when.
#include "core/channel_filter.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

constexpr int kMon = 0;
constexpr int kFri = 4;
constexpr int kSat = 5;
constexpr int kSun = 6;

constexpr WallTime at(int weekday, int hour, int minute = 0) { return {weekday, hour * 60 + minute}; }

TextPattern pattern(std::string_view text) {
  auto compiled = TextPattern::compile(text);
  EXPECT_TRUE(compiled) << text;
  return compiled.value();
}

ChannelHours hours(std::string_view text) {
  auto parsed = ChannelHours::parse(text);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().text);
  return parsed ? *parsed : ChannelHours();
}

FilterVerdict title_verdict(const ChannelFilter& filter, const std::string& title) {
  channel::Broadcast broadcast;
  broadcast.title = title;
  broadcast.category = "Just Chatting";
  return verdict(filter, broadcast, at(kMon, 12));
}

TEST(ChannelFilter, WithoutFiltersEveryBroadcastIsRecorded) {
  EXPECT_TRUE(title_verdict({}, "").allowed);
  EXPECT_TRUE(title_verdict({}, "anything").allowed);
}

TEST(ChannelFilter, ATitleMustHoldWhatIsLookedForInAnyCase) {
  ChannelFilter filter;
  filter.title = pattern("chess|шахматы");
  EXPECT_TRUE(title_verdict(filter, "Evening CHESS").allowed);
  EXPECT_TRUE(title_verdict(filter, "Вечерние ШАХМАТЫ").allowed) << "in every script";
  const auto denied = title_verdict(filter, "Poker");
  EXPECT_FALSE(denied.allowed);
  EXPECT_EQ(denied.reason, "title_filter chess|шахматы: the title is \"Poker\"");
}

TEST(ChannelFilter, ADeniedTitleSaysSoAndAnotherIsRecorded) {
  ChannelFilter filter;
  filter.title_deny = pattern("rerun|повтор");
  EXPECT_EQ(title_verdict(filter, "ReRun of friday").reason,
            "title_deny rerun|повтор: the title is \"ReRun of friday\"");
  EXPECT_TRUE(title_verdict(filter, "Live").allowed);
}

TEST(ChannelFilter, ATitleThatIsNotToldIsNotDeniedButPassesNoFilter) {
  ChannelFilter filter;
  filter.title_deny = pattern(".*");
  EXPECT_TRUE(title_verdict(filter, "").allowed);
  filter.title = pattern("x");
  EXPECT_EQ(title_verdict(filter, "").reason, "title_filter x: no title is told yet");
}

TEST(ChannelFilter, CategoriesAreFilteredLikeTitles) {
  ChannelFilter filter;
  filter.category = pattern("^chess$");
  EXPECT_EQ(title_verdict(filter, "t").reason, "category_filter ^chess$: the category is \"Just Chatting\"");
  filter.category = pattern("^just chatting$");
  EXPECT_TRUE(title_verdict(filter, "t").allowed);
  filter.category_deny = pattern("chat");
  EXPECT_FALSE(title_verdict(filter, "t").allowed);
}

TEST(ChannelFilter, OutsideOfItsHoursAChannelIsNotRecorded) {
  ChannelFilter filter;
  filter.hours = hours("18:00-02:00");
  EXPECT_EQ(title_verdict(filter, "t").reason, "outside of its hours, 18:00-02:00");
}

TEST(TextPattern, WhatDoesNotCompileSaysWhy) {
  EXPECT_NE(TextPattern::compile("[").error().text, "");
  EXPECT_FALSE(TextPattern::compile("(a)\\1"));
  EXPECT_FALSE(TextPattern::compile(std::string(1001, 'a')));
  EXPECT_FALSE(TextPattern::compile(std::string(1000, '(')));
}

TEST(TextPattern, ANumberThatNothingHoldsIsRefused) {
  const std::string digits(19, '7');
  for (const std::string& text : {"\\" + digits, "a{" + digits + "}", "a{1," + digits + "}"})
    EXPECT_FALSE(TextPattern::compile(text)) << text;
  EXPECT_TRUE(pattern(digits + " viewers").finds_in(digits + " viewers"));
}

TEST(TextPattern, ATitleThatMakesOthersBacktrackForEverTakesNoTime) {
  const auto evil = pattern("(a+)+b");
  EXPECT_FALSE(evil.finds_in(std::string(5000, 'a')));
  EXPECT_FALSE(pattern("(.*)*x").finds_in(std::string(200'000, '-')));
}

TEST(TextPattern, BrokenTextIsNoText) {
  EXPECT_TRUE(pattern("b").finds_in("\xff\xc3(\xf0\x9f b"));
  EXPECT_FALSE(pattern("é").finds_in("\xc3"));
  EXPECT_TRUE(pattern("^.$").finds_in("🎮")) << "a character is one, not four bytes";
  EXPECT_TRUE(pattern("^[а-я]+$").finds_in("ПРИВЕТ"));
}

TEST(ChannelHours, AWindowMayEndOnTheNextDay) {
  const auto evening = hours("18:00-02:00");
  EXPECT_FALSE(evening.contains(at(kMon, 17, 59)));
  EXPECT_TRUE(evening.contains(at(kMon, 18)));
  EXPECT_TRUE(evening.contains(at(kMon, 23, 59)));
  EXPECT_TRUE(evening.contains(at(kMon, 1, 59)));
  EXPECT_FALSE(evening.contains(at(kMon, 2)));
}

TEST(ChannelHours, DaysCountForTheBeginning) {
  const auto weekend = hours("Fri,sat 18:00-04:00");
  EXPECT_FALSE(weekend.contains(at(kFri, 3))) << "Thursday night";
  EXPECT_TRUE(weekend.contains(at(kFri, 18)));
  EXPECT_TRUE(weekend.contains(at(kSat, 3, 59)));
  EXPECT_FALSE(weekend.contains(at(kSat, 4)));
  EXPECT_TRUE(weekend.contains(at(kSun, 3)));
  EXPECT_FALSE(weekend.contains(at(kSun, 18)));
  EXPECT_TRUE(hours("Sun 22:00-06:00").contains(at(kMon, 5))) << "over the end of the week";
}

TEST(ChannelHours, SeveralWindowsDaysAloneAndDaySpans) {
  const auto mixed = hours(" Sat-Sun ; Mon - Fri 7:30-9:00;18:00-24:00 ");
  EXPECT_EQ(mixed.text(), "Sat-Sun; Mon - Fri 7:30-9:00; 18:00-24:00");
  EXPECT_TRUE(mixed.contains(at(kSun, 12)));
  EXPECT_TRUE(mixed.contains(at(kMon, 7, 30)));
  EXPECT_FALSE(mixed.contains(at(kMon, 9)));
  EXPECT_TRUE(mixed.contains(at(kMon, 23, 59)));
  EXPECT_FALSE(mixed.contains(at(kMon, 0)));
  EXPECT_TRUE(hours("Sat-Mon").contains(at(kSun, 0)));
  EXPECT_FALSE(hours("Sat-Mon").contains(at(kFri, 0)));
}

TEST(ChannelHours, EqualEndsAreAWholeDayAndNothingIsAlways) {
  EXPECT_TRUE(hours("").always());
  EXPECT_TRUE(hours("").contains(at(kMon, 0)));
  EXPECT_TRUE(hours("06:00-06:00").contains(at(kMon, 5)));
  EXPECT_TRUE(hours("Mon 06:00-06:00").contains(at(1, 5)));
  EXPECT_FALSE(hours("Mon 06:00-06:00").contains(at(kMon, 5)));
}

TEST(ChannelHours, WhatIsNoWindowIsNamedWithAnExample) {
  for (const char* wrong :
       {"18-02", "25:00-26:00", "18:00", "18:00-", "Frid:", "Caturday 10:00-11:00", "Fri,,Sat", "18:60-19:00",
        "24:00-01:00", "18:00-02:00 Fri", "Fr 1:00-2:00", "-", "1:00-2:00-3:00"}) {
    const auto parsed = ChannelHours::parse(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_NE(parsed.error().text.find("18:00-02:00"), std::string::npos);
  }
  EXPECT_NE(ChannelHours::parse("Fri; oops").error().text.find("\"oops\""), std::string::npos);
}

}  // namespace
}  // namespace rec
