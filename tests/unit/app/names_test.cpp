// Files and folders from what strangers type, case by case; hostile_names_test.cpp has thousands.
#include "app/names.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rec {
namespace {

const std::string kOutput = "/srv/out";
TEST(Names, ATitleThatLooksLikeAPlaceholderIsNone) {
  Settings settings;
  settings.output_folder = kOutput;
  session::Session session;
  session.id = SessionId("019ab000-0000-7000-8000-0000deadbeef");
  session.channel_name = "{title}";
  session.title = "{id} {date} {channel}";
  settings.path_template = "{channel}/{title} [{id}]";
  EXPECT_EQ(session_folder(session, settings), kOutput + "/{title}/{id} {date} {channel} [deadbeef]");
}

TEST(Names, ASessionWithoutATitleIsAStream) {
  Settings settings;
  settings.output_folder = kOutput;
  settings.path_template = "//{title}//{id}/";
  session::Session session;
  session.id = SessionId("deadbeef");
  EXPECT_EQ(session_folder(session, settings), kOutput + "/stream/deadbeef");
}

TEST(Names, AConfigurationThatChangedInBetweenTakesNoIdAway) {
  session::Session session;
  session.id = SessionId("deadbeef");
  session.channel_name = "somebody";
  Settings settings;
  settings.output_folder = kOutput;
  settings.path_template = "{channel}";
  session.folder = session_folder(session, settings);
  settings.path_template = "{channel}/{id}";
  EXPECT_NE(part_file_name(session, 1, settings).find("deadbeef"), std::string::npos);
}

TEST(Names, PartsOfASessionSortInTheirOrder) {
  Settings settings;
  session::Session session;
  session.id = SessionId("deadbeef");
  session.channel_name = "somebody";
  std::string last;
  for (int number = 1; number < 1000; ++number) {
    const std::string name = part_file_name(session, number, settings);
    EXPECT_LT(last, name);
    last = name;
  }
}

TEST(Names, ALaterSessionOfAChannelSortsBehindTheEarlierOne) {
  Settings settings;
  session::Session session;
  session.id = SessionId("ffffffff");
  session.channel_name = "somebody";
  session.started_at = from_unix_ms(1'800'000'000'000);
  const std::string earlier = part_file_name(session, 7, settings);
  session.id = SessionId("00000000");
  session.started_at += std::chrono::hours(20);
  EXPECT_LT(earlier, part_file_name(session, 1, settings));
}

TEST(Names, ReservedNamesAreMadeHarmless) {
  for (const char* name : {"CON", "con", "NUL.txt", "COM9", "lpt0", "AUX .mp4"})
    EXPECT_EQ(safe_component(name), std::string("_") + name);
  for (const char* name : {"CONSOLE", "COM", "COM10", "COMX", "nullify"})
    EXPECT_EQ(safe_component(name), name);
}

TEST(Names, AComponentIsCutBetweenCharacters) {
  EXPECT_EQ(safe_component("日本語", 8), "日本");
  EXPECT_EQ(safe_component("日本語", 9), "日本語");
  EXPECT_EQ(safe_component("ab...", 3), "ab");
  EXPECT_EQ(safe_component(" . hidden", 120), "hidden");
  EXPECT_EQ(safe_component("", 120), "_");
  EXPECT_EQ(safe_component("\u202E\u200B", 120), "_");
  EXPECT_EQ(safe_component("a/b\\c:d", 120), "a_b_c_d");
}

TEST(Names, WhatNobodySeesIsNotInThem) {
  EXPECT_EQ(safe_component("a\u061Cb\u3164c\uFE0Fd\u180Ee", 120), "abcde");
  EXPECT_EQ(safe_component("\u3164\u115F\U000E0100", 120), "_");
  EXPECT_EQ(safe_component("wide\u3000space\u00A0\u2003", 120), "wide space");
}

TEST(Names, OneLineKeepsWhatPeopleReadAndNothingElse) {
  EXPECT_EQ(one_line("  a\r\n\tb\u2028c  ", 50), "a b c");
  EXPECT_EQ(one_line("\u202Ekcats\u2066", 50), "kcats");
  EXPECT_EQ(one_line("a\xFF"
                     "b",
                     50),
            "a?b");
  EXPECT_EQ(one_line("日本語", 3), "日本語");
  EXPECT_EQ(one_line("日本語", 2), "日本…");
  EXPECT_EQ(one_line("👩‍👧 family", 50), "👩‍👧 family");
  EXPECT_EQ(one_line("\n\n", 50), "");
}

TEST(Names, MarkersAreShortTagsOfTheirOwn) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string marker = fresh_marker();
    EXPECT_EQ(marker.size(), 9U);
    EXPECT_TRUE(marker.starts_with("#r"));
    EXPECT_TRUE(seen.insert(marker).second);
  }
}

}  // namespace
}  // namespace rec
