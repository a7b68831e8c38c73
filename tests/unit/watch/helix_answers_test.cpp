// Answers of Helix that are not what they should be: nobody goes offline for them.
#include "watch/helix_answers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "watch_fixture.hpp"

namespace rec {
namespace {

/// What is said of a and b when Get Streams answers so: "a live", "b offline" …
std::vector<std::string> told_by(const std::string& body) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/helix/streams", sim::faults::content(body));
  const auto seen = watch.sweep(*watcher, {twitch_channel("a"), twitch_channel("b")});
  std::vector<std::string> said;
  if (!seen) {
    EXPECT_EQ(seen.error().code, Errc::corrupt) << body;
    return {"nothing"};
  }
  for (const Sighting& one : *seen)
    said.push_back(one.channel.str().substr(7) + (one.live ? " live" : " offline"));
  std::ranges::sort(said);
  return said;
}

std::string stream_of(const std::string& login, const std::string& type = "live") {
  return fmt::format(R"({{"id":"1","user_id":"7{}","user_login":"{}","type":"{}","title":"t"}})",
                     login.size(), login, type);
}

using Said = std::vector<std::string>;

TEST(HelixAnswers, WhoIsMissingInAGoodAnswerIsOffline) {
  EXPECT_EQ(told_by(R"({"data":[]})"), (Said{"a offline", "b offline"}));
  EXPECT_EQ(told_by(R"({"data":[)" + stream_of("a") + "]}"), (Said{"a live", "b offline"}));
  EXPECT_EQ(told_by(R"({"data":[)" + stream_of("A") + R"(],"pagination":{"cursor":"x"}})"),
            (Said{"a live", "b offline"}));
}

TEST(HelixAnswers, NobodyGoesOfflineForAnAnswerThatIsNone) {
  for (const char* body :
       {"", "null", "[]", "{}", "3", "\"data\"", R"({"data":null})", R"({"data":{}})", R"({"data":"[]"})",
        R"({"data":[)", "<html><body>Service Unavailable</body></html>", R"({"error":"Gone","status":410})",
        "\xff\xfe", R"({"data":[]} trailing)"})
    EXPECT_EQ(told_by(body), Said{"nothing"}) << body;
  EXPECT_EQ(told_by(std::string(100'000, '[')), Said{"nothing"});
  EXPECT_EQ(told_by(R"({"data":[]},)" + std::string(9U << 20U, ' ')), Said{"nothing"});
}

TEST(HelixAnswers, WhoIsMissingInAnAnswerAboutOthersMayBeLive) {
  EXPECT_EQ(told_by(R"({"data":[)" + stream_of("stranger") + "]}"), Said{"nothing"});
  EXPECT_EQ(told_by(R"({"data":[)" + stream_of("stranger") + "," + stream_of("a") + "]}"), Said{"a live"});
  std::string many = stream_of("x0");
  for (int i = 1; i < 5000; ++i) many += "," + stream_of("x" + std::to_string(i));
  EXPECT_EQ(told_by(R"({"data":[)" + many + "]}"), Said{"nothing"});
}

TEST(HelixAnswers, WhoIsMissingBesideEntriesThatCannotBeReadMayBeOneOfThem) {
  EXPECT_EQ(told_by(R"({"data":[null]})"), Said{"nothing"});
  EXPECT_EQ(told_by(R"({"data":[{"type":"live","user_login":7,"user_id":7}]})"), Said{"nothing"});
  EXPECT_EQ(told_by(R"({"data":[[],)" + stream_of("a") + "]}"), Said{"a live"});
}

TEST(HelixAnswers, AStreamOfNoTypeIsNotKnownToBeLiveOrOver) {
  EXPECT_EQ(told_by(R"({"data":[)" + stream_of("a", "") + "]}"), Said{"b offline"});
  EXPECT_EQ(told_by(R"({"data":[{"user_login":"a","type":true}]})"), Said{"b offline"});
}

TEST(HelixAnswers, OneEntryTwiceIsOneSighting) {
  EXPECT_EQ(told_by(R"({"data":[)" + stream_of("a") + "," + stream_of("a") + "]}"),
            (Said{"a live", "b offline"}));
}

TEST(HelixAnswers, WrongTypesAreAsGoodAsNotSaid) {
  const auto list = read_streams(
      R"({"data":[{"user_login":"a","type":"live","id":12,"title":null,"game_name":["Chess"]}]})");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 1U);
  EXPECT_TRUE(list->items[0].live);
  EXPECT_EQ(list->items[0].broadcast, channel::Broadcast{});
}

TEST(HelixAnswers, ATitleOfMegabytesIsCutBetweenCharacters) {
  std::string title;
  while (title.size() < 2'000'000) title += "ü";
  const auto list = read_streams(R"({"data":[{"user_login":"a","type":"live","title":"x)" + title + "\"}]}");
  ASSERT_TRUE(list);
  const auto& kept = list->items[0].broadcast.title;
  EXPECT_EQ(kept.size(), 1023U);
  EXPECT_EQ(kept.substr(kept.size() - 2), "ü");
}

TEST(HelixAnswers, ANumberOrLoginThatCanBeNoneIsNotTakenOver) {
  const auto list = read_users(R"({"data":[{"id":"12&first=1","login":"a"},{"id":"5","login":"a/../b"}]})");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[0].id, "");
  EXPECT_EQ(list->items[1].login, "");
}

}  // namespace
}  // namespace rec
