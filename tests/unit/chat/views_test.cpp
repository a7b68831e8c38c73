// Answers as people read them on a phone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "chat/chat_texts.hpp"
#include "chat/chat_views.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kLongId = "01a2057e-0282-7000-8f41-ece5c5aeb0c0";

json::object overview_of_two() {
  return json::parse(R"({"verdict": "bad", "live": 1,
    "channels": [{"id": "twitch:ann", "name": "ann", "status": "recording", "session": "01a2057e-0282-7000-8f41-ece5c5aeb0c0",
                  "paused": false},
                 {"id": "twitch:bob", "name": "bob", "status": "offline", "session": null, "paused": true}],
    "sessions": [{"id": "01a2057e-0282-7000-8f41-ece5c5aeb0c0", "channel": "twitch:ann", "name": "ann", "status": "recording",
                  "title": "**bold** <b>\n@all", "recorded_s": 3661.0, "missing_s": 12.0, "posted_parts": 1,
                  "picture": "1080p60", "parts": [{}, {}]},
                 {"id": "0002", "channel": "twitch:bob", "name": "bob", "status": "done", "parts": []}],
    "problems": [{"level": "error", "text": "it is full", "cure": "make room"}],
    "queues": {"media": 1, "post": 0, "text": 0, "compress": 0, "copy": 0,
               "failing": [{"session": "01a2057e-0282-7000-8f41-ece5c5aeb0c0", "attempts": 3, "error": "away"}]},
    "disks": [{"folder": "/r", "free_bytes": 5000000000, "paused": false}], "missing_today_s": 12})")
      .as_object();
}

TEST(StatusAnswer, SaysFirstWhetherAllIsWellAndATitleIsOneLineOfText) {
  const std::string text = overview_text(overview_of_two(), Language::en);
  EXPECT_THAT(text, testing::StartsWith("🔴 Something is being lost · 1 of 2 live\n"));
  EXPECT_THAT(
      text,
      HasSubstr("🔴 recording ann 1:01:01 · 1080p60 · posted 1/2 · ⚠️ missing 12 s\n    **bold** <b> @all\n"));
  EXPECT_THAT(text, HasSubstr("⏸ paused bob\n"));
  EXPECT_THAT(text, HasSubstr("❌ it is full\n    → make room\n"));
  EXPECT_THAT(text, HasSubstr("tried 3×: away"));
  EXPECT_THAT(text, Not(HasSubstr("done")));
}

TEST(StatusAnswer, SpeaksRussianWhereItIsAskedTo) {
  const std::string text = overview_text(overview_of_two(), Language::ru);
  EXPECT_THAT(text, HasSubstr("в эфире 1 из 2"));
  EXPECT_THAT(text, HasSubstr("🔴 запись ann 1:01:01 · 1080p60 · отправлено 1/2 · ⚠️ потеряно 12 с"));
  EXPECT_THAT(text, HasSubstr("⏸ остановлен bob"));
}

TEST(StatusAnswer, ItsButtonsAreCommandsThatTelegramTakes) {
  const auto rows = overview_buttons(overview_of_two(), Language::en);
  std::vector<std::string> data;
  for (const auto& row : rows)
    for (const auto& button : row) data.push_back(button.data);
  EXPECT_THAT(data, testing::ElementsAre(std::string("session stop ") + kLongId, "source pause twitch:ann",
                                         std::string("session retry ") + kLongId, "source resume twitch:bob",
                                         "status"));
  for (const auto& each : data) EXPECT_LE(each.size(), 64U);
}

TEST(Lists, ArePagedAndFiltered) {
  json::array channels;
  for (int i = 0; i < 45; ++i) {
    json::object one;
    one["id"] = (i % 2 == 0 ? "twitch:c" : "youtube:c") + std::to_string(i);
    one["platform"] = i % 2 == 0 ? "twitch" : "youtube";
    one["status"] = "offline";
    one["overrides"] = json::object();
    channels.push_back(std::move(one));
  }
  json::object list;
  list["channels"] = std::move(channels);
  const auto page = [&](const ListFilter& filter) { return sources_text(list, filter, Language::en); };
  EXPECT_THAT(page({}), testing::StartsWith("Sources: 45, page 1 of 3\n⚪ twitch:c0\n"));
  EXPECT_THAT(page({{"page", "3"}}), HasSubstr("twitch:c44"));
  EXPECT_THAT(page({{"page", "99"}}), HasSubstr("page 3 of 3"));
  EXPECT_THAT(page({{"limit", "1000"}}), Not(HasSubstr("page")));
  EXPECT_THAT(page({{"platform", "youtube"}, {"limit", "50"}}), testing::StartsWith("Sources: 22\n"));
  EXPECT_THAT(page({{"target", "vip"}}), HasSubstr("No sources match."));
  EXPECT_THAT(page({{"limit", "x"}, {"page", "-1"}}), HasSubstr("page 1 of 3"));
}

TEST(Lists, OneIsFoundByItsIdItsNameOrAnUnambiguousBeginning) {
  const json::object list =
      json::parse(R"({"channels": [{"id": "twitch:ann", "name": "ann", "url": "https://t/ann"},
                                   {"id": "twitch:anna", "name": "anna", "url": "https://t/anna"},
                                   {"id": "youtube:@bob", "name": "@bob", "url": "https://y/@bob"}]})")
          .as_object();
  const auto id = [&](const char* name) -> std::string {
    const auto* found = find_in(list, "channels", name);
    return found == nullptr ? "" : json::value_to<std::string>(found->at("id"));
  };
  EXPECT_EQ(id("ann"), "twitch:ann");
  EXPECT_EQ(id("bob"), "youtube:@bob");
  EXPECT_EQ(id("https://t/anna"), "twitch:anna");
  EXPECT_EQ(id("an"), "") << "two begin so";
  EXPECT_EQ(id("youtube:"), "youtube:@bob");
  EXPECT_EQ(id(""), "");
}

TEST(Help, ListsEveryCommandWithThePrefixInBothLanguages) {
  for (const Language language : {Language::en, Language::ru}) {
    const std::string all = help_text("", "!", language);
    for (const char* usage : {"!status", "!source add URL", "!target rename", "!session stop SESSION",
                              "!config summary", "!help source"})
      EXPECT_THAT(all, HasSubstr(usage));
    EXPECT_THAT(help_text("source", "/", language), Not(HasSubstr("/target")));
    EXPECT_EQ(help_text("nonsense", "/", language), help_text("", "/", language));
  }
}

}  // namespace
}  // namespace rec::chat
