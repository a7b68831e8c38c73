// How posts speak of parts that are missing: why, in both languages, and of nothing that is only the
// operator's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/texts.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

session::Session with_parts(int count) {
  session::Session session;
  session.channel_name = "somebody";
  session.started_at = Instant(Millis(1'800'000'000'000));
  session.ended_at = session.started_at + 1h;
  session.phase = session::Phase::done;
  for (int number = 1; number <= count; ++number) {
    session::Part& part = session.parts.emplace_back();
    part.number = number;
    part.state = session::PartState::posted;
    part.file.path = "/srv/rec/" + std::to_string(number) + ".mp4";
    part.file.duration = 10min;
  }
  return session;
}

void fail_part(session::Session& session, int number, const std::string& error) {
  session::Part& part = session.parts.at(static_cast<std::size_t>(number) - 1);
  part.state = session::PartState::failed;
  part.error = error;
  part.file = {};
}

std::string missing_of(const std::string& error, Language language) {
  session::Session session = with_parts(3);
  fail_part(session, 2, error);
  return missing_parts_text(session, language);
}

TEST(MissingParts, EachIsSaidWithItsKindOfCauseInTheLanguageOfTheChannel) {
  struct Case {
    const char *error, *english, *russian;
  };
  for (const Case& each : std::vector<Case>{
           {"media worker for /srv/2.mp4: exit code 1: no keyframe is left", "nothing in it can be played",
            "в записанном нечего воспроизвести"},
           {"/srv/2.mp4: neither picture nor sound in it; it is kept as /srv/2.mp4",
            "nothing in it can be played", "в записанном нечего воспроизвести"},
           {"nothing in /srv/takes/2 is a recording; it is kept there", "nothing in it can be played",
            "в записанном нечего воспроизвести"},
           {"/films/film.mkv: not there any more", "the file is gone", "файл пропал"},
           {"the segment log in /srv has 3 segments where parts of 9 are known; the disk lost what it had "
            "confirmed",
            "the file is gone", "файл пропал"},
           {"/srv/2.mp4: more than 9 files of 5 bytes; raise the limit",
            "it would be larger than a file may be", "файл вышел бы больше, чем можно"},
           {"media worker for /srv/2.mp4: Invalid data found when processing input",
            "what was recorded is damaged", "записанное повреждено"},
           {"", "what was recorded is damaged", "записанное повреждено"}}) {
    EXPECT_EQ(missing_of(each.error, Language::en), std::string("❌ Part 2 is missing: ") + each.english);
    EXPECT_EQ(missing_of(each.error, Language::ru), std::string("❌ Части 2 нет: ") + each.russian);
  }
}

TEST(MissingParts, OneThatWasMadeIsOneThatTelegramDoesNotTake) {
  session::Session session = with_parts(3);
  session.parts[2].state = session::PartState::failed;
  session.parts[2].error = "chat 5: FILE_PARTS_INVALID; it is kept as /srv/rec/3.mp4";
  EXPECT_EQ(missing_parts_text(session, Language::en),
            "❌ Part 3 is missing: Telegram does not take the file");
  EXPECT_EQ(missing_parts_text(session, Language::ru), "❌ Части 3 нет: Telegram не принимает файл");
}

TEST(MissingParts, ThoseOfOneCauseShareALineHoweverManyThereAre) {
  session::Session session = with_parts(400);
  for (const int number : {2, 5, 6, 7}) fail_part(session, number, "no keyframe is left");
  EXPECT_EQ(missing_parts_text(session, Language::en),
            "❌ Parts 2, 5–7 are missing: nothing in it can be played");
  EXPECT_EQ(missing_parts_text(session, Language::ru),
            "❌ Частей 2, 5–7 нет: в записанном нечего воспроизвести");
  for (int number = 1; number <= 400; number += 2) fail_part(session, number, "no keyframe is left");
  session.status_marker = "#rstatus1";
  const std::string text = status_text(session, {}, Language::ru).text;
  EXPECT_THAT(text, HasSubstr(", … нет: "));
  EXPECT_THAT(text, EndsWith("\n\n#rstatus1"));
  EXPECT_LT(text.size(), 1000U);
}

TEST(MissingParts, TheEndSaysHowManyAreThere) {
  session::Session session = with_parts(3);
  fail_part(session, 2, "no keyframe is left");
  EXPECT_THAT(status_text(session, {}, Language::en).text, StartsWith("❌ Error · 1:00:00 · 2 of 3 parts\n"));
  EXPECT_THAT(status_text(session, {}, Language::ru).text,
              StartsWith("❌ Ошибка · 1:00:00 · 2 из 3 частей\n"));
  EXPECT_EQ(posted_parts_text(0, 1, Language::ru), "0 из 1 части");
  EXPECT_EQ(posted_parts_text(20, 21, Language::ru), "20 из 21 части");
  EXPECT_EQ(posted_parts_text(3, 3, Language::ru), "3 части");
  session.phase = session::Phase::finishing;
  EXPECT_THAT(status_text(session, {}, Language::en).text, HasSubstr(" · 3 parts\n"))
      << "the others may come yet";
}

TEST(MissingParts, AnAlbumNamesThePartsThatAreInIt) {
  const session::Post album{.number = 1, .first_part = 1, .last_part = 5, .marker = "#rabcdefg"};
  session::Session session = with_parts(5);
  EXPECT_THAT(caption(session, album, {}, Language::en).text, EndsWith("Part 1–5 #rabcdefg"));
  fail_part(session, 2, "no keyframe is left");
  session.parts[3].behind = 5;
  EXPECT_THAT(caption(session, album, {}, Language::en, {.parts = 9}).text,
              EndsWith("Part 1, 3, 5/9 #rabcdefg"));
  const session::Post alone{.number = 2, .first_part = 4, .last_part = 4, .marker = "#rabcdefg"};
  EXPECT_THAT(caption(session, alone, {}, Language::ru, {.parts = 9}).text, EndsWith("Часть 4/9 #rabcdefg"));
}

TEST(PostedFiles, PlayAsLongAsTheyPlayThoughNoTimePassedWhileTheyWereRecorded) {
  session::Session session = with_parts(3);
  session.ended_at = session.started_at;
  EXPECT_THAT(status_text(session, {}, Language::en).text, StartsWith("✅ Done · 0:30:00 · 3 parts\n"));
}

TEST(Missing, LongTimesAreToldInMinutesAndHours) {
  const auto missing = [](Micros duration, Language language) {
    Gap gap;
    gap.duration = duration;
    gap.cause = GapCause::offline;
    return gap_text({gap}, language);
  };
  EXPECT_EQ(missing(59'900ms, Language::en), "59.9 s (drop)");
  EXPECT_EQ(missing(60s, Language::en), "1 min (drop)");
  EXPECT_EQ(missing(125'400ms, Language::ru), "2 мин 5 с (обрыв)");
  EXPECT_EQ(missing(1h, Language::ru), "1 ч (обрыв)");
  EXPECT_EQ(missing(5h + 30min + 20s, Language::en), "5 h 30 min (drop)");
  EXPECT_EQ(missing(0s, Language::ru), "неизвестно сколько (обрыв)");
}

TEST(Missing, AGapOfUnknownLengthIsNamedBesideOthers) {
  Gap drop;
  drop.cause = GapCause::offline;
  Gap ads;
  ads.cause = GapCause::ad;
  ads.duration = 70s;
  EXPECT_EQ(gap_text({drop, ads}, Language::en), "1 min 10 s (ads 1 min 10 s, drop)");
}

TEST(Sizes, HaveTheCommaThatRussianHas) {
  EXPECT_EQ(size_for_people(3'140'000'000, Language::ru), "3,1 ГБ");
  EXPECT_EQ(size_for_people(3'140'000'000, Language::en), "3.1 GB");
  EXPECT_EQ(size_for_people(640'000'000, Language::ru), "640 МБ");
}

}  // namespace
}  // namespace rec
