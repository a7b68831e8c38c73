// Existing files as a session: what makes two posts the same, and that nothing of the files is touched.
#include "app/file_post.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include <boost/json/parse.hpp>

#include "store/sqlite_store.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

class FilePostTest : public testing::Test {
 protected:
  test::TempFolder dir;
  Settings settings;
  FilePost post;

  FilePostTest() {
    settings.data_folder = (fs::path(dir.path()) / "data").string();
    settings.output_folder = (fs::path(dir.path()) / "out").string();
    settings.session_policy.publish = true;
    settings.target.target.chat.id = -100;
    settings.targets["friends"].target.chat.id = -200;
    post = {{file("a.mp4"), file("b.mp4")}, "Title", ""};
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    const fs::path path = fs::path(dir.path()) / name;
    std::ofstream(path) << name;
    return path.string();
  }
  [[nodiscard]] std::string key() const {
    const auto key = key_of(post);
    EXPECT_TRUE(key) << key.error().text;
    return key ? *key : std::string();
  }
  [[nodiscard]] Result<PostStep> asked(const std::vector<session::Session>& known = {},
                                       Instant now = Instant(Millis(1'700'000'000'000))) const {
    return take_post(post, key(), known, settings, now);
  }
};

TEST_F(FilePostTest, LinksLieWhereCuttingLooksAndAreTheSameWhenItIsDoneAgain) {
  const auto opened = asked();
  ASSERT_TRUE(opened) << opened.error().text;
  EXPECT_EQ(opened->files, (std::vector<std::size_t>{1, 2}));
  for (int times = 0; times < 2; ++times)
    ASSERT_TRUE(lay_out(post, key(), opened->files, settings.data_folder));
  ASSERT_EQ(opened->session.files.size(), 2U);
  EXPECT_EQ(fs::read_symlink(fs::path(opened->session.files[0].folder) / kPostedLink), post.files[0]);
  EXPECT_EQ(fs::read_symlink(fs::path(opened->session.files[1].folder) / kPostedLink), post.files[1]);
  EXPECT_EQ(opened->session.phase, session::Phase::finishing);
  EXPECT_EQ(opened->session.files[0].stem, "001 a");
  EXPECT_EQ(opened->effects,
            (std::vector<session::Effect>{session::PostStatus{}, session::CutFile{1}, session::CutFile{2}}));
}

TEST_F(FilePostTest, WhatARecordingBringsComesIntoOneSessionFileByFileUntilItIsOver) {
  post.files = {file("talk part001.mp4")};
  post.recording = "01a2057e-0282-7000-8f41-ece5c5aeb0c0";
  post.over = false;
  post.began = Instant(Millis(1'699'990'000'000));
  const auto first = asked();
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_TRUE(first->is_new);
  EXPECT_TRUE(is_open_post(first->session));
  EXPECT_EQ(first->session.started_at, *post.began);
  EXPECT_EQ(first->session.files[0].stem, "talk part001");
  EXPECT_EQ(first->effects, (std::vector<session::Effect>{session::PostStatus{}, session::CutFile{1}}));
  EXPECT_FALSE(asked({first->session})->changed) << "said again";
  post.files.push_back(file("talk part002.mp4"));
  const auto second = asked({first->session});
  EXPECT_EQ(second->files, std::vector<std::size_t>{2});
  EXPECT_EQ(second->effects, std::vector<session::Effect>{session::CutFile{2}});
  EXPECT_TRUE(is_open_post(second->session));
  post.over = true;
  const auto last = asked({second->session});
  EXPECT_TRUE(last->changed);
  EXPECT_TRUE(last->files.empty());
  EXPECT_EQ(last->session.phase, session::Phase::finishing);
  EXPECT_FALSE(asked({last->session})->changed);
}

TEST_F(FilePostTest, ARecordingThatWasTakenForOverGoesOnInAnotherSessionWithWhatIsNewAlone) {
  post.recording = "01a2057e-0282-7000-8f41-ece5c5aeb0c0";
  const auto first = asked();
  post.files.push_back(file("c.mp4"));
  post.over = false;
  const auto next = asked({first->session}, Instant(Millis(1'700'000'900'000)));
  ASSERT_TRUE(next) << next.error().text;
  EXPECT_NE(next->session.id, first->session.id);
  EXPECT_FALSE(next->is_new);
  EXPECT_EQ(next->files, std::vector<std::size_t>{3});
  EXPECT_EQ(next->session.files.size(), 1U);
  session::Session cancelled = next->session;
  cancelled.flags.cancelled = true;
  cancelled.phase = session::Phase::finishing;
  post.files.push_back(file("d.mp4"));
  EXPECT_FALSE(asked({first->session, cancelled})->changed) << "nobody wants the rest";
}

TEST_F(FilePostTest, AnotherTitleTargetOrderSizeOrTimeIsAnotherPost) {
  std::set<std::string> keys{key()};
  const auto expect_new = [&] { EXPECT_TRUE(keys.insert(key()).second); };
  post.title = "Other";
  expect_new();
  post.target = "friends";
  expect_new();
  std::swap(post.files[0], post.files[1]);
  expect_new();
  std::ofstream(post.files[0], std::ios::app) << "more";
  expect_new();
  const timespec times[2] = {{1, 0}, {1, 0}};
  ::utimensat(AT_FDCWD, post.files[1].c_str(), times, 0);
  expect_new();
}

TEST_F(FilePostTest, AtRestItIsInTheStoreOnceAndKnownAgainWhenItIsDone) {
  const auto store = SqliteStore::open(":memory:");
  ASSERT_TRUE(store) << store.error().text;
  const Instant now(Millis(1'700'000'000'000));
  EXPECT_EQ(post_at_rest(nullptr, settings, post, now).error().code, Errc::unavailable);
  const auto first = post_at_rest(store->get(), settings, post, now);
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_TRUE(first->at("new").as_bool());
  EXPECT_EQ(first->at("session").at("status"), "processing");
  const auto kept = (*store)->load();
  ASSERT_EQ(kept->sessions.size(), 1U);
  EXPECT_EQ(kept->outbox.size(), 3U);
  const auto again = post_at_rest(store->get(), settings, post, now + Millis(5));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->at("new").as_bool());
  EXPECT_EQ(again->at("session").at("id"), first->at("session").at("id"));
  Commit done;
  done.sessions = kept->sessions;
  done.sessions[0].phase = session::Phase::done;
  for (const auto& row : kept->outbox) done.done.emplace_back(row.session, row.effect);
  ASSERT_TRUE((*store)->commit(done));
  const auto after = post_at_rest(store->get(), settings, post, now + Millis(9));
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->at("new").as_bool());
  EXPECT_EQ((*store)->load()->sessions.size(), 0U);
}

TEST_F(FilePostTest, GivenAgainWhatFailedIsTriedAgainAndWhatWasPostedIsNot) {
  const auto store = SqliteStore::open(":memory:");
  ASSERT_TRUE(store) << store.error().text;
  const Instant now(Millis(1'700'000'000'000));
  ASSERT_TRUE(post_at_rest(store->get(), settings, post, now));
  const auto kept = (*store)->load();
  session::Session over = kept->sessions.at(0);
  const auto take = [&](const session::Event& event) {
    over = session::step(over, event, settings.session_policy, "#rmarker").next;
  };
  session::PartFile made;
  made.path = "/somewhere/001 a.mp4";
  take(session::StatusPosted{5, now});
  take(session::FileCut{1, {made}, now});
  take(session::FileFailed{2, "nothing playable in it", now});
  take(session::Posted{1, {77}, now});
  over.phase = session::Phase::done;
  Commit done;
  done.sessions = {over};
  for (const auto& row : kept->outbox) done.done.emplace_back(row.session, row.effect);
  ASSERT_TRUE((*store)->commit(done));
  const auto again = post_at_rest(store->get(), settings, post, now + Millis(9));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_FALSE(again->at("new").as_bool());
  const auto now_kept = (*store)->load();
  ASSERT_EQ(now_kept->sessions.size(), 1U);
  EXPECT_EQ(now_kept->sessions[0].parts.at(0).state, session::PartState::posted);
  ASSERT_EQ(now_kept->outbox.size(), 1U);
  EXPECT_EQ(now_kept->outbox[0].effect, session::Effect(session::CutFile{2}));
  const auto cut = session::step(now_kept->sessions[0], session::FileCut{2, {made, made}, now},
                                 settings.session_policy, "#rnext");
  ASSERT_EQ(cut.next.parts.size(), 3U) << "what had failed is the first of them";
  EXPECT_EQ(cut.next.parts[1].error, "");
  EXPECT_EQ(cut.next.posts.back().first_part, 2);
  ASSERT_TRUE(post_at_rest(store->get(), settings, post, now + Millis(10)));
  EXPECT_EQ((*store)->load()->outbox.size(), 1U) << "it is being tried already";
}

TEST_F(FilePostTest, ItGoesWhereItIsToldAndNowhereWhenThereIsNoSuchPlace) {
  EXPECT_EQ(asked()->session.target.chat.id, -100);
  post.target = "friends";
  EXPECT_EQ(asked()->session.target.chat.id, -200);
  post.target = "nowhere";
  const auto refused = asked();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_NE(refused.error().text.find("nowhere"), std::string::npos);
  settings.session_policy.publish = false;
  EXPECT_FALSE(check_target(settings, ""));
}

TEST_F(FilePostTest, AFileThatIsGoneOrNoneIsNamed) {
  post.files.push_back((fs::path(dir.path()) / "gone.mp4").string());
  EXPECT_EQ(key_of(post).error().code, Errc::not_found);
  EXPECT_EQ(lay_out(post, "k", {1, 2, 3}, settings.data_folder).error().code, Errc::not_found);
  post.files.back() = dir.path();
  EXPECT_EQ(key_of(post).error().code, Errc::invalid);
  EXPECT_EQ(lay_out(post, "k", {1, 2, 3}, settings.data_folder).error().code, Errc::invalid);
  EXPECT_FALSE(fs::exists(settings.data_folder)) << "all are looked at before anything is made";
}

TEST_F(FilePostTest, RequestsThatMakeNoSenseAreInvalid) {
  const auto read = [](const char* text) { return file_post_from(boost::json::parse(text).as_object()); };
  for (const char* bad :
       {"{}", R"({"files": []})", R"({"files": "x"})", R"({"files": [1]})", R"({"files": ["a"]})",
        R"({"files": ["/a"], "title": 1})", R"({"files": ["/a"], "x": ""})",
        R"({"files": ["/a"], "recording": "../x"})", R"({"files": ["/a"], "over": 1})",
        R"({"files": ["/a"], "gaps": 1})", R"({"files": ["/a"], "gaps": [{"file": 1, "seconds": 4}]})",
        R"({"files": ["/a"], "gaps": [{"file": 1, "epoch": 1, "before_ordinal": 0, "from_sequence": 0,
            "to_sequence": 0, "seconds": 4, "cause": "luck", "noticed_at": "2026-11-22T17:26:03.120Z"}]})"}) {
    const auto post = read(bad);
    ASSERT_FALSE(post) << bad;
    EXPECT_EQ(post.error().code, Errc::invalid);
  }
  const auto good = read(R"({"files": ["/films/A film.mkv"]})");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->title, "A film");
}

TEST_F(FilePostTest, WhatIsMissingOfARecordingGoesWithItsFileAndToThePartThatIsMadeOfIt) {
  post.files = {file("talk part001.mp4"), file("talk part002.mp4")};
  post.recording = "01a2057e-0282-7000-8f41-ece5c5aeb0c0";
  post.channel = "talk";
  Gap ads;
  ads.take = 2;
  ads.duration = std::chrono::milliseconds(4500);
  ads.cause = GapCause::ad;
  ads.before_ordinal = 7;
  ads.noticed_at = Instant(Millis(1'699'990'000'000));
  post.gaps = {ads};
  const auto read = file_post_from(arguments_of(post));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, post);
  const auto taken = asked();
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->session.channel_name, "talk");
  EXPECT_EQ(taken->gaps, post.gaps);
  session::Session session = taken->session;
  for (const int take : {1, 2, 2}) {
    session::Part& part = session.parts.emplace_back();
    part.number = static_cast<int>(session.parts.size());
    part.file_take = take;
  }
  EXPECT_TRUE(gaps_within(session, session.parts[0], taken->gaps).empty());
  EXPECT_EQ(gaps_within(session, session.parts[1], taken->gaps), post.gaps);
  EXPECT_TRUE(gaps_within(session, session.parts[2], taken->gaps).empty()) << "told once";
  session.channel = ChannelId("twitch:somebody");
  EXPECT_TRUE(gaps_within(session, session.parts[1], taken->gaps).empty())
      << "take 2 of a recording is no file";
}

}  // namespace
}  // namespace rec
