// Sessions are found by what people remember of them.
#include <gtest/gtest.h>

#include "store/sqlite_store.hpp"
#include "tests/unit/store/rows.hpp"

namespace rec::test {
namespace {

using session::Phase;

class SessionSearch : public ::testing::Test {
 protected:
  SessionSearch() : store(*SqliteStore::open(":memory:")) {
    Commit commit;
    for (int i = 0; i < 4; ++i) {
      auto session = full_session("s" + std::to_string(i), i == 3 ? Phase::recording : Phase::done);
      session.channel = ChannelId(i == 0 ? "twitch:first" : "twitch:other");
      session.channel_name = "Somebody";
      session.started_at = at_second(i * 100);
      session.ended_at = at_second(i * 100 + 50);
      session.stream_id = "files:" + std::to_string(i);
      session.title = i == 1 ? "100% of it_all Вечер Ёлки ÀÉ" : "Title";
      session.category = "Chess";
      session.titles = {{at_second(1), i == 2 ? "later called so" : "Title", "Chess"}};
      commit.sessions.push_back(session);
    }
    commit.gaps = {full_gap("s1")};
    commit.takes = {full_take("s1")};
    EXPECT_TRUE(store->commit(commit));
  }
  std::vector<std::string> found(const SessionQuery& query) {
    const auto records = store->search(query);
    EXPECT_TRUE(records);
    std::vector<std::string> ids;
    for (const auto& record : *records) ids.push_back(record.session.id.str());
    return ids;
  }
  std::unique_ptr<SqliteStore> store;
};

using Ids = std::vector<std::string>;

TEST_F(SessionSearch, WithoutWordsAllThatAreDoneComeNewestFirst) {
  EXPECT_EQ(found({}), (Ids{"s2", "s1", "s0"}));
}

TEST_F(SessionSearch, AreFoundByTitleLaterTitleCategoryAndChannel) {
  EXPECT_EQ(found({.text = "LATER called"}), Ids{"s2"});
  EXPECT_EQ(found({.text = "chess"}), (Ids{"s2", "s1", "s0"}));
  EXPECT_EQ(found({.text = "first"}), Ids{"s0"});
  EXPECT_EQ(found({.channel = ChannelId("twitch:first")}), Ids{"s0"});
  EXPECT_TRUE(found({.text = "nothing like it"}).empty());
}

TEST_F(SessionSearch, AreFoundByTheStreamThatTheyAreOf) {
  EXPECT_EQ(found({.stream_id = "files:1"}), Ids{"s1"});
  EXPECT_TRUE(found({.stream_id = "files:"}).empty());
}

TEST_F(SessionSearch, LettersOfEitherCaseAreTheSameInOtherAlphabetsToo) {
  EXPECT_EQ(found({.text = "вЕЧЕР ёлки àé"}), Ids{"s1"});
  EXPECT_TRUE(found({.text = "вечера"}).empty());
  EXPECT_TRUE(found({.text = "\xC0\xFF\xF0"}).empty()) << "what is no text finds nothing";
}

TEST_F(SessionSearch, SignsOfPatternsStandForThemselves) {
  EXPECT_EQ(found({.text = "100% of it_"}), Ids{"s1"});
  EXPECT_TRUE(found({.text = "T_tle%"}).empty());
  EXPECT_TRUE(found({.text = "'; DROP TABLE sessions; --"}).empty());
}

TEST_F(SessionSearch, ComeInPages) {
  EXPECT_EQ(found({.limit = 2}), (Ids{"s2", "s1"}));
  EXPECT_EQ(found({.before = at_second(100), .limit = 2}), Ids{"s0"});
  EXPECT_EQ(found({.ended_from = at_second(150)}), (Ids{"s2", "s1"}));
}

TEST_F(SessionSearch, OneComesWithItsRunsAndItsGaps) {
  const auto record = store->record_of(SessionId("s1"));
  ASSERT_TRUE(record) << record.error().text;
  EXPECT_TRUE(record->session.title.starts_with("100% of it_all"));
  EXPECT_EQ(record->takes, std::vector{full_take("s1")});
  EXPECT_EQ(record->gaps, std::vector{full_gap("s1").gap});
  EXPECT_EQ(store->record_of(SessionId("it's none")).error().code, Errc::not_found);
}

}  // namespace
}  // namespace rec::test
