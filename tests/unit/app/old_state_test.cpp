// What the Python program wrote of its sessions, read as it meant it.
#include "app/old_state.hpp"

#include <gtest/gtest.h>

#include "tests/support/old_program.hpp"

namespace rec {
namespace {

namespace json = boost::json;

TEST(OldState, ASessionOfStateJsonIsReadWithItsFilesMessagesAndTitles) {
  json::object session = test::old_session("someone", "uploading");
  session["recording_files"] = json::array{"recordings/a.ts", "/elsewhere/b.ts", "recordings/a.ts"};
  session["linked_recording_files"] = json::array{"recordings/c.ts"};
  session["split_files"] = json::array{"temp/p1.mp4", "temp/p2.mp4"};
  test::set_uploaded(session, "temp/p1.mp4", 41);
  session["message_ids"].as_object()["status_msg"] = 40;
  const auto read = old_session_of(session, "/old", false);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->channel.id, ChannelId("twitch:someone"));
  EXPECT_EQ(read->recordings,
            (std::vector<std::string>{"/old/recordings/a.ts", "/elsewhere/b.ts", "/old/recordings/c.ts"}));
  EXPECT_EQ(read->uploaded, (std::map<std::string, std::int64_t>{{"/old/temp/p1.mp4", 41}}));
  EXPECT_TRUE(read->unnamed_messages.empty());
  EXPECT_EQ(read->status_message, 40);
  EXPECT_EQ(read->title, "First title") << "as it was called when it began";
  ASSERT_EQ(read->titles.size(), 2U);
  EXPECT_EQ(read->titles[1].title, "Later [100 %]");
  EXPECT_EQ(read->titles[1].category, "Chess");
  EXPECT_EQ(read->titles[1].at - read->started_at, std::chrono::hours(1));
}

TEST(OldState, MessagesOfItsFirstVersionsBelongToThePartsInOrder) {
  json::object session = test::old_session("someone", "uploading");
  session["split_files"] = json::array{"p1.mp4", "p2.mp4"};
  session["message_ids"].as_object()["upload_msgs"] = json::array{7};
  const auto read = old_session_of(session, "/old", false);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->uploaded, (std::map<std::string, std::int64_t>{{"/old/p1.mp4", 7}}));
}

TEST(OldState, ChannelsAreThoseThatConfigYamlNames) {
  const auto id_of = [](const char* channel, const char* source) {
    json::object session = test::old_session(channel, "done");
    if (*source != '\0') session["source_id"] = source;
    return old_session_of(session, "/", true)->channel.id.str();
  };
  EXPECT_EQ(id_of("SomeOne", ""), "twitch:someone");
  EXPECT_EQ(id_of("@Maker", "youtube:@maker"), "youtube:@Maker");
  EXPECT_EQ(id_of("UCabcdefghijklmnopqrstuv", "youtube:ucabcdefghijklmnopqrstuv"),
            "youtube:UCabcdefghijklmnopqrstuv");
  EXPECT_EQ(id_of("UCfan", "twitch:ucfan"), "twitch:ucfan");
}

TEST(OldState, OneSessionThatCannotBeReadCostsTheOthersNothing) {
  json::object nameless = test::old_session("someone", "done");
  nameless.erase("channel");
  json::object odd = test::old_session("odd", "sleeping");
  const OldState state = old_state_of_rows(
      {json::serialize(test::old_session("good", "error")), "{\"channel\": \"torn", json::serialize(odd)},
      {json::serialize(nameless), "[]", json::serialize(test::old_session("past", "done"))}, "/old");
  ASSERT_EQ(state.sessions.size(), 2U);
  EXPECT_EQ(state.sessions[0].channel.name, "good");
  EXPECT_TRUE(state.sessions[1].archived);
  ASSERT_EQ(state.troubles.size(), 4U);
  EXPECT_NE(state.troubles[0].find("active_streams row 2"), std::string::npos) << state.troubles[0];
  EXPECT_NE(state.troubles[1].find("sleeping"), std::string::npos) << state.troubles[1];
}

TEST(OldState, AHalfWrittenStateJsonIsNone) {
  const std::string whole = R"({"active": {"x": {"channel": "x"}}, "history": []})";
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(old_state_of_json(whole.substr(0, length), "/")) << length;
  EXPECT_EQ(old_state_of_json("", "/").error().code, Errc::invalid);
  EXPECT_TRUE(old_state_of_json("{}", "/")->sessions.empty());
}

TEST(OldState, TimesAreOnTheMachinesClock) {
  const auto summer = old_instant("2026-07-10T12:00:00");
  const auto later = old_instant("2026-07-10 12:00:01.5");
  ASSERT_TRUE(summer && later);
  EXPECT_EQ(*later - *summer, std::chrono::seconds(1));
  for (const char* none : {"", "soon", "2026-13-01T00:00:00", "2026-01-01"})
    EXPECT_FALSE(old_instant(none)) << none;
}

}  // namespace
}  // namespace rec
