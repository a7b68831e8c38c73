// What is said to need a person, and what is not.
#include "app/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <regex>
#include <set>

#include "app/herald_file.hpp"
#include "app/notices.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Instant kTen{Millis(1'800'000'000'000)};
const SessionId kRunning{"019ab000-0000-7000-8000-0000deadbeef"};
const ChannelId kSomebody{"twitch:somebody"};

class ConditionsOf : public testing::Test {
 protected:
  ConditionsOf() {
    facts.now = kTen + 1h;
    facts.running_since = kTen;
    session::Session session;
    session.id = kRunning;
    session.channel = kSomebody;
    session.channel_name = "somebody";
    session.started_at = kTen;
    model.sessions[kRunning] = session;
    settings.data_folder = "/data";
  }
  [[nodiscard]] std::vector<Condition> now() const { return conditions_of(model, settings, rules, facts); }
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> all;
    for (const Condition& each : now()) all.push_back(each.kind);
    return all;
  }
  void add_gap(Micros length, GapCause cause) {
    Gap gap;
    gap.duration = length;
    gap.cause = cause;
    gap.before_ordinal = ++ordinal_;
    gap.noticed_at = kTen + std::chrono::minutes(ordinal_);
    model.gaps[kRunning].push_back(gap);
  }

  Model model{};
  Settings settings{};
  IncidentsConfig rules{};
  ConditionFacts facts{};

 private:
  int ordinal_ = 0;
};

TEST_F(ConditionsOf, NothingIsSaidWhenAllIsWell) {
  facts.disks = {{"/srv", 1ULL << 40U, false, std::chrono::seconds(100h)}};
  facts.watch = {{"twitch", 3, 5s, "", ""}};
  facts.findings = {{"cookies", Finding::Level::ok, "all is well", ""}};
  add_gap(5s, GapCause::offline);
  add_gap(10min, GapCause::ad);
  EXPECT_THAT(now(), IsEmpty());
}

TEST_F(ConditionsOf, AConfigurationFileThatIsWrongIsToldWithItsFirstMistakeAndHowManyMoreThereAre) {
  facts.config_file =
      "config.yaml:2: languag: unknown key; did you mean language?\nconfig.yaml:3: x\nconfig.yaml:4: y";
  ASSERT_THAT(kinds(), ElementsAre("config"));
  EXPECT_THAT(now()[0].text, HasSubstr("what was read before counts: config.yaml:2: languag: unknown key"));
  EXPECT_THAT(now()[0].text, HasSubstr("(and 2 more)"));
  EXPECT_THAT(now()[0].cure, HasSubstr("config check"));
}

TEST_F(ConditionsOf, ADiskIsFirstLowThenFull) {
  facts.disks = {{"/srv", 9'000'000'000, false, 2h}};
  ASSERT_THAT(kinds(), ElementsAre("disk.low"));
  EXPECT_THAT(now()[0].text, HasSubstr("2:00:00"));
  facts.disks[0].paused = true;
  EXPECT_THAT(kinds(), ElementsAre("disk.paused"));
  EXPECT_EQ(now()[0].gravity, Gravity::error);
}

TEST_F(ConditionsOf, ADiskThatRefusesIsToldWithWhatItSaysUnlessItIsKnownToBeFull) {
  facts.disk_trouble = "cannot sync /data/segments/1/media.bin: Input/output error";
  EXPECT_THAT(kinds(), ElementsAre("disk.refuses"));
  EXPECT_THAT(now()[0].text, HasSubstr("Input/output error"));
  EXPECT_EQ(now()[0].gravity, Gravity::error);
  facts.disks = {{"/data", 900, true, {}}};
  EXPECT_THAT(kinds(), ElementsAre("disk.paused"));
}

TEST_F(ConditionsOf, LongGapsAreToldAtTheFirstTheSecondTheFourth) {
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    add_gap(2min, GapCause::fetch_failed);
    const auto all = now();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_TRUE(all[0].once);
    ids.insert(all[0].id);
  }
  EXPECT_EQ(ids.size(), 5U);
  rules.gap_over = 0ms;
  EXPECT_THAT(now(), IsEmpty());
}

TEST_F(ConditionsOf, PostsThatFailAreOneTroubleThatHasTime) {
  for (int i = 1; i <= 3; ++i) {
    OutboxRow row{kRunning, session::PublishPost{i}};
    row.attempts = 4;
    row.last_error = "Telegram: flood wait\nand more";
    model.outbox.push_back(row);
  }
  const auto all = now();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, "post.failing");
  EXPECT_EQ(all[0].patience, 15min);
  EXPECT_THAT(all[0].text, HasSubstr("3 posts wait and are tried again: Telegram: flood wait and more"));
  model.sessions[kRunning].target.name = "second";
  facts.chats = {{"@one", ""}, {"@two", "may not post there"}};
  EXPECT_EQ(now()[0].id, "post.failing:second");
  EXPECT_EQ(now()[1].id, "telegram:@two");
}

TEST_F(ConditionsOf, ALiveChannelThatGivesNothingIsNoticed) {
  ChannelRow row;
  row.id = kSomebody;
  row.name = "somebody";
  row.state = channel::Live{kRunning, {}, {}};
  model.channels[kSomebody] = row;
  std::optional<Instant> newest;
  facts.progress = [&](const SessionId&) {
    SessionProgress progress;
    progress.last_segment = newest;
    return std::optional(progress);
  };
  facts.capture_ends[kSomebody] = "denied: members only";
  ASSERT_THAT(kinds(), ElementsAre("capture.silent"));
  EXPECT_THAT(now()[0].text, HasSubstr("members only"));
  EXPECT_EQ(now()[0].channel, kSomebody.str());
  newest = facts.now - 30s;
  EXPECT_THAT(now(), IsEmpty());
  newest.reset();
  facts.running_since = facts.now - 1min;
  EXPECT_THAT(now(), IsEmpty()) << "the program has only just begun";
  facts.running_since = kTen;
  facts.disks = {{"/srv", 0, true, {}}};
  EXPECT_THAT(kinds(), ElementsAre("disk.paused")) << "that is why";
}

TEST_F(ConditionsOf, ThatYtDlpRecordsTheRestOfABroadcastIsToldOnce) {
  model.takes[kRunning] = {TakeRow{.session = kRunning}};
  session::FileTake beginning;
  beginning.beginning = true;
  model.sessions[kRunning].files = {beginning};
  EXPECT_THAT(now(), IsEmpty()) << "a beginning is yt-dlp's by wish";
  model.sessions[kRunning].files.emplace_back();
  ASSERT_THAT(kinds(), ElementsAre("capture.other_backend"));
  EXPECT_TRUE(now()[0].once);
  EXPECT_EQ(now()[0].channel, kSomebody.str());
  EXPECT_THAT(notice_of_begin({now()[0], kTen, kTen, {}, true}, Language::ru).title, HasSubstr("yt-dlp"));
  model.sessions[kRunning].phase = session::Phase::done;
  EXPECT_THAT(now(), IsEmpty()) << "it is over";
  model.sessions[kRunning].phase = session::Phase::recording;
  settings.capture_of[kSomebody].backend = CaptureBackend::ytdlp;
  EXPECT_THAT(now(), IsEmpty()) << "it is wished";
  settings.capture_of.clear();
  model.takes.clear();
  EXPECT_THAT(now(), IsEmpty()) << "nothing else could ever record it";
}

TEST_F(ConditionsOf, TheRestIsToldInRussianToo) {
  facts.watch = {{"youtube", 3, 5s, "", "HTTP 429"}};
  facts.telegram = "Unauthorized";
  facts.unreachable = {{"webhook 1a2b3c4d", "HTTP 500"}};
  facts.findings = {
      {"cookies", Finding::Level::warning, "/c.txt: 5 cookies, LOGIN_INFO expires in 3 days",
       "export the cookies again from a browser that is signed in, as cookies.txt in Netscape format"}};
  facts.still = {{kRunning, 20min}};
  session::Part part;
  part.number = 2;
  part.state = session::PartState::failed;
  part.error = "media worker for /srv/2.mp4: ended with 1: no keyframe is left";
  model.sessions[kRunning].parts = {part};
  EXPECT_THAT(kinds(),
              ElementsAre("watch", "part.failed", "post.stuck", "cookies", "telegram", "notify.failing"));
  EXPECT_EQ(now()[0].text, "youtube: cannot see who is live: HTTP 429") << "as the log has it";
  EXPECT_EQ(now()[3].id, "cookies:/c.txt") << "the days that are left make no other incident of it";
  const Notice notice = notice_of_begin({now()[1], kTen, kTen, {}, true}, Language::ru);
  EXPECT_EQ(notice.title,
            "❌ часть 2 записи somebody не удалось собрать: сборка /srv/2.mp4: код завершения 1: не осталось "
            "ключевых кадров");
  EXPECT_THAT(notice.text, HasSubstr("Что делать: её сегменты остаются в /data/segments/"));
  for (const Condition& each : now()) {
    const Notice told = notice_of_begin({each, kTen, kTen, {}, true}, Language::ru);
    const std::string all = told.title + told.text;
    EXPECT_FALSE(std::regex_search(all, std::regex("[a-z]{2,} [a-z]{2,} [a-z]{2,}"))) << all;
  }
}

TEST_F(ConditionsOf, OfAFileThatCannotBeCutItsFolderIsToldAndNotThatOfSegments) {
  session::Session& session = model.sessions[kRunning];
  session::FileTake take;
  take.number = 1;
  take.folder = "/data/takes/of/1";
  take.state = session::FileState::failed;
  session.files = {take};
  session.folder = "/out/somebody";
  session::Part part;
  part.number = 1;
  part.file_take = 1;
  part.state = session::PartState::failed;
  part.error = "nothing playable";
  session.parts = {part};
  ASSERT_THAT(kinds(), ElementsAre("part.failed"));
  EXPECT_EQ(now()[0].cure, "what there is of it stays in /data/takes/of/1");
  const Notice notice = notice_of_begin({now()[0], kTen, kTen, {}, true}, Language::ru);
  EXPECT_THAT(notice.text, HasSubstr("то, что от неё есть, остаётся в /data/takes/of/1"));
  session.parts[0].file.path = "/out/somebody/part1.mp4";  // cut, and refused by Telegram
  EXPECT_EQ(now()[0].cure, "what there is of it stays in /out/somebody");
}

TEST_F(ConditionsOf, ACompressedVersionThatOnlyTheBackupRefusedIsNotToldAsOneThatThereIsNot) {
  session::Compressed& compressed = model.sessions[kRunning].compressed;
  compressed.made = compressed.posted = session::Stage::done;
  compressed.copy = session::Stage::failed;
  compressed.error = "there is nothing to be copied";
  EXPECT_THAT(now(), IsEmpty());
  compressed.copy = session::Stage::open;
  compressed.posted = session::Stage::failed;
  EXPECT_THAT(kinds(), ElementsAre("compress.failed"));
  compressed.made = session::Stage::failed;
  compressed.posted = session::Stage::open;
  EXPECT_THAT(kinds(), ElementsAre("compress.failed"));
}

TEST(HeraldFile, ComesBackAsItWasWritten) {
  const test::TempFolder folder;
  HeraldState state;
  state.alive_at = kTen;
  state.ended_well = false;
  state.boot = "b";
  state.told[kRunning] = {"part.ready/1", "session.started"};
  Incident incident;
  incident.what.id = "disk.paused:/srv\xFF";
  incident.what.text = "диск \"полон\"\n";
  incident.since = incident.seen = kTen;
  incident.over = kTen + 1h;
  incident.told = true;
  state.incidents = {incident};
  WaitingNotice waiting;
  waiting.notice.id = "x";
  waiting.notice.json = "{}";
  waiting.maybe_told = true;
  waiting.tries = 3;
  state.queues["webhook 1"] = {waiting};
  state.digests["ntfy 2"] = kTen;
  const std::string path = herald_path(folder.path());
  ASSERT_TRUE(save_herald(path, herald_text(state)).has_value());
  const auto read = load_herald(path);
  ASSERT_TRUE(read.has_value()) << read.error().text;
  EXPECT_TRUE(*read == state);
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 077U, 0U);
}

TEST(HeraldFile, GarbageIsAnError) {
  EXPECT_EQ(load_herald("/nowhere/notices.json").error().code, Errc::not_found);
  const std::string whole = herald_text(HeraldState());
  for (std::size_t cut = 0; cut < whole.size(); cut += 3)
    EXPECT_EQ(herald_state(whole.substr(0, cut)).error().code, Errc::corrupt);
  for (const char* text : {"[]", "{}", "{\"version\":2}", "nonsense", "{\"version\":1,\"alive_at\":[]}"})
    EXPECT_EQ(herald_state(text).error().code, Errc::corrupt) << text;
}

}  // namespace
}  // namespace rec
