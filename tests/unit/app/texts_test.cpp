// What people read on Telegram, in both languages and with titles that mean no good.
#include "app/texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "app/names.hpp"
#include "app/upload_outlook.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
constexpr Instant kTextsNoon{Millis(1'800'000'000'000)};

session::Session a_session() {
  session::Session session;
  session.channel_name = "somebody";
  session.title = "Chess 🎮 всю ночь";
  session.category = "Chess";
  session.started_at = kTextsNoon;
  session.status_marker = "#rstatus1";
  for (int number = 1; number <= 3; ++number) {
    session::Part part;
    part.number = number;
    part.state = session::PartState::posted;
    part.file.duration = 3723s;
    session.parts.push_back(part);
  }
  return session;
}

const session::Post kOne{.number = 2, .first_part = 2, .last_part = 2, .marker = "#rabcdefg"};
const session::Post kAlbum{.number = 1, .first_part = 1, .last_part = 3, .marker = "#rabcdefg"};

std::vector<std::string> bold_of(const RichText& rich) {
  std::vector<std::string> spans;
  for (const auto& span : rich.bold) {
    EXPECT_LE(span.offset + span.length, rich.text.size());
    spans.push_back(rich.text.substr(span.offset, span.length));
  }
  return spans;
}

Gap gap_of(Micros duration, GapCause cause = GapCause::window_slid) {
  Gap gap;
  gap.duration = duration;
  gap.cause = cause;
  return gap;
}

TEST(Texts, WhatIsPostedAfterTheEndIsNotCalledNoneWhileItIsRecorded) {
  session::Session session = a_session();
  session.phase = session::Phase::recording;
  for (auto& part : session.parts) part.state = session::PartState::ready;
  StatusFacts facts;
  facts.posted_at_end = true;
  EXPECT_THAT(status_text(session, facts, Language::en).text, HasSubstr("Published: after the end\n"));
  EXPECT_THAT(status_text(session, facts, Language::ru).text, HasSubstr("Опубликовано: после окончания\n"));
  session.phase = session::Phase::finishing;
  EXPECT_THAT(status_text(session, facts, Language::en).text, HasSubstr("Published: 0\n"));
}

TEST(Texts, OfAFileThatWasThereBeforeNothingIsSaidOfWhatIsMissing) {
  session::Session session = a_session();
  session.ended_at = session.started_at;
  session.phase = session::Phase::done;
  EXPECT_THAT(status_text(session, {}, Language::en).text, Not(HasSubstr("Missing")));
  session.ended_at = session.started_at + 1h;
  EXPECT_THAT(status_text(session, {}, Language::en).text, HasSubstr("Missing: 0 s"));
}

TEST(Texts, ACaptionInEnglish) {
  const RichText rich = caption(a_session(), kOne, {}, Language::en);
  EXPECT_THAT(rich.text, StartsWith("Channel: somebody\nDate: "));
  EXPECT_THAT(rich.text, EndsWith("\nStream: Chess 🎮 всю ночь\nDuration: 1:02:03\n\nPart 2 #rabcdefg"));
  ASSERT_EQ(rich.bold.size(), 4U);
  const auto bold = bold_of(rich);
  EXPECT_EQ(bold[0], "somebody");
  EXPECT_EQ(bold[2], "Chess 🎮 всю ночь");
  EXPECT_EQ(bold[3], "1:02:03");
}

TEST(Texts, ACaptionInRussian) {
  const RichText rich = caption(a_session(), kAlbum, {gap_of(12s), gap_of(500ms)}, Language::ru);
  EXPECT_THAT(rich.text, StartsWith("Канал: somebody\nДата: "));
  EXPECT_THAT(
      rich.text,
      EndsWith("\nСтрим: Chess 🎮 всю ночь\nДлительность: 3:06:09\n⚠️ Пропущено: 12,5 с (не успели)\n\n"
               "Часть 1–3 #rabcdefg"));
  EXPECT_THAT(bold_of(rich), testing::Contains("3:06:09"));
}

TEST(Texts, ACaptionSaysThatPicturesWereEncodedAnew) {
  session::Session session = a_session();
  session.parts[1].file.further.resize(2);
  session.parts[1].file.further[1].encoded = true;
  EXPECT_THAT(caption(session, kOne, {}, Language::en).text,
              EndsWith("Part 2 · encoded anew in places #rabcdefg"));
  EXPECT_THAT(caption(session, kAlbum, {}, Language::ru).text,
              EndsWith("Часть 1–3 · местами перекодировано #rabcdefg"));
  session.parts[1].file.further.clear();
  EXPECT_THAT(caption(session, kOne, {}, Language::en).text, EndsWith("Part 2 #rabcdefg"));
}

TEST(Texts, AStatusInBothLanguages) {
  session::Session session = a_session();
  StatusFacts facts;
  facts.picture = {1920, 1080, 60};
  facts.now = kTextsNoon + 3h + 41min + 59s;
  const RichText english = status_text(session, facts, Language::en);
  EXPECT_EQ(english.text,
            "🔴 Recording · 3:41:59\nChannel: somebody\nStream: Chess 🎮 всю ночь\nCategory: Chess\n"
            "1080p60 · began " +
                local_time(kTextsNoon, "%H:%M %Z") + "\n📤 Published: 3\nMissing: 0 s\n\n#rstatus1");
  EXPECT_EQ(bold_of(english), (std::vector<std::string>{"somebody", "Chess 🎮 всю ночь", "Chess"}));
  const RichText russian = status_text(session, facts, Language::ru);
  EXPECT_EQ(russian.text,
            "🔴 Запись · 3:41:59\nКанал: somebody\nСтрим: Chess 🎮 всю ночь\nКатегория: Chess\n"
            "1080p60 · начало " +
                local_time(kTextsNoon, "%H:%M %Z") + "\n📤 Опубликовано: 3\nПропущено: 0 с\n\n#rstatus1");
  EXPECT_EQ(bold_of(russian), bold_of(english));
}

std::string headline(const session::Session& session, const StatusFacts& facts) {
  const std::string text = status_text(session, facts, Language::en).text;
  return text.substr(0, text.find(" · "));
}

TEST(Texts, TheHeadlineSaysWhatIsGoingOn) {
  session::Session session = a_session();
  StatusFacts facts;
  facts.dropped = true;
  EXPECT_EQ(headline(session, facts), "🟡 Dropped, waiting");
  facts.no_room = true;
  EXPECT_EQ(headline(session, facts), "🟠 Paused, the disk is full");
  facts.dropped = facts.no_room = false;
  session.phase = session::Phase::finishing;
  session.parts[2].state = session::PartState::sealed;
  EXPECT_EQ(headline(session, facts), "⚙️ Processing");
  session.parts[2].state = session::PartState::ready;
  EXPECT_EQ(headline(session, facts), "📤 Uploading") << "not done while Telegram is away between two tries";
  session.parts[2].state = session::PartState::posted;
  EXPECT_EQ(headline(session, facts), "✅ Done");
  session.phase = session::Phase::done;
  EXPECT_EQ(headline(session, facts), "✅ Done");
  session.parts[1].state = session::PartState::failed;
  EXPECT_EQ(headline(session, facts), "❌ Error");
  EXPECT_THAT(status_text(session, facts, Language::en).text,
              HasSubstr("\n❌ Part 2 is missing: what was recorded is damaged\n\n"));
}

TEST(Texts, AnUploadShowsHowFarItIs) {
  StatusFacts facts;
  facts.uploading_part = 2;
  facts.upload_size = 1000;
  facts.uploaded_bytes = 425;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, HasSubstr("Published: 3 · part 2: 42 %\n"));
  facts.upload_left = 6min + 20s;
  EXPECT_THAT(status_text(a_session(), facts, Language::ru).text,
              HasSubstr("Опубликовано: 3 · часть 2: 42 %, ~6 мин\n"));
  facts.upload_left = 10s;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, HasSubstr("42 %, ~1 min\n"));
  facts.upload_left = 200min;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, HasSubstr("42 %, ~3 h\n"));
  facts.upload_silent = true;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text,
              HasSubstr("part 2: 42 %, no answer from Telegram\n"));
  facts.upload_silent = false;
  facts.upload_left.reset();
  facts.uploaded_bytes = 5000;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, HasSubstr("part 2: 100 %\n"));
  facts.upload_size = 0;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, Not(HasSubstr("%")));
}

TEST(Texts, TheCompressedVersionShowsHowFarItIs) {
  StatusFacts facts;
  facts.compression = 0.429;
  EXPECT_THAT(status_text(a_session(), facts, Language::ru).text,
              HasSubstr("Опубликовано: 3 · сжатая версия: 42 %\n"));
  facts.compression.reset();
  facts.upload_size = 1000;
  facts.uploaded_bytes = 500;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text,
              HasSubstr("Published: 3 · compressed version: 50 %\n"));
}

TEST(Texts, AFloodWaitIsSaidWhereSomethingWaitsForIt) {
  session::Session session = a_session();
  StatusFacts facts;
  facts.wait_until = kTextsNoon + 1h;
  EXPECT_THAT(status_text(session, facts, Language::en).text, Not(HasSubstr("wait"))) << "all is posted";
  session.posts = {{.number = 1, .first_part = 1, .last_part = 1}};
  const std::string until = local_time(*facts.wait_until, "%H:%M %Z");
  EXPECT_THAT(status_text(session, facts, Language::en).text,
              HasSubstr("Published: 3 · Telegram asks to wait until " + until + "\n"));
  EXPECT_THAT(status_text(session, facts, Language::ru).text, HasSubstr("Telegram просит подождать до "));
  facts.uploading_part = 2;
  facts.upload_size = 10;
  EXPECT_THAT(status_text(session, facts, Language::en).text, Not(HasSubstr("wait"))) << "it goes on";
}

TEST(Texts, WhatIsMissingIsSaid) {
  StatusFacts facts;
  facts.gaps = {gap_of(4s), gap_of(0s), gap_of(2250ms)};
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text,
              HasSubstr("\n⚠️ Missing: 6.2 s (too late)\n"));
  EXPECT_THAT(caption(a_session(), kOne, {gap_of(0s)}, Language::en).text,
              HasSubstr("\n⚠️ Missing: length unknown (too late)\n"))
      << "a gap of unknown length is one too";
  EXPECT_THAT(caption(a_session(), kOne, {}, Language::en).text, Not(HasSubstr("Missing")));
}

TEST(Texts, WhyItIsMissingIsSaidShortlyTheLongestFirst) {
  const std::vector gaps{gap_of(2s, GapCause::offline), gap_of(6s, GapCause::ad),
                         gap_of(4500ms, GapCause::ad), gap_of(1s, GapCause::disk)};
  EXPECT_EQ(gap_text(gaps, Language::en), "13.5 s (ads 10.5 s, drop 2 s, disk full 1 s)");
  EXPECT_EQ(gap_text(gaps, Language::ru), "13,5 с (реклама 10,5 с, обрыв 2 с, нет места 1 с)");
  EXPECT_EQ(gap_text({gap_of(6s, GapCause::ad)}, Language::en), "6 s (ads)");
  EXPECT_EQ(gap_text({}, Language::en), "0 s");
  EXPECT_THAT(caption(a_session(), kOne, gaps, Language::en).text,
              HasSubstr("\n⚠️ Missing: 13.5 s (ads 10.5 s, drop 2 s, disk full 1 s)\n"));
}

TEST(Texts, WhenTheNewestHoleWasNoticedStandsInTheStatus) {
  StatusFacts facts;
  facts.gaps = {gap_of(2s, GapCause::ad), gap_of(10s, GapCause::ad)};
  facts.gaps[1].noticed_at = kTextsNoon + 96min;
  EXPECT_THAT(status_text(a_session(), facts, Language::ru).text,
              HasSubstr("⚠️ Пропущено: 12 с (реклама, " + local_time(kTextsNoon + 96min, "%H:%M") + ")\n"));
}

TEST(Texts, WhatIsOverSaysHowManyPartsThereAre) {
  session::Session session = a_session();
  session.phase = session::Phase::done;
  session.ended_at = kTextsNoon + 6h + 12min + 40s;
  EXPECT_EQ(status_text(session, {}, Language::ru).text,
            "✅ Готово · 6:12:40 · 3 части\nКанал: somebody\nСтрим: Chess 🎮 всю ночь\nКатегория: Chess\n"
            "Пропущено: 0 с\n\n#rstatus1");
}

TEST(Texts, PartsAreCountedAsPeopleDo) {
  for (const auto& [count, russian] : std::map<std::size_t, std::string>{{0, "0 частей"},
                                                                         {1, "1 часть"},
                                                                         {2, "2 части"},
                                                                         {5, "5 частей"},
                                                                         {11, "11 частей"},
                                                                         {12, "12 частей"},
                                                                         {21, "21 часть"},
                                                                         {104, "104 части"},
                                                                         {111, "111 частей"}})
    EXPECT_EQ(parts_text(count, Language::ru), russian);
  EXPECT_EQ(parts_text(1, Language::en), "1 part");
  EXPECT_EQ(parts_text(8, Language::en), "8 parts");
}

TEST(Texts, ACaptionSaysWhatTheStreamWasCalledLater) {
  session::Session session = a_session();
  session.titles = {{kTextsNoon, session.title, ""},
                    {kTextsNoon + 30min, session.title, "Go"},
                    {kTextsNoon + 1h, "Go now", "Go"}};
  EXPECT_THAT(
      caption(session, kOne, {}, Language::en).text,
      HasSubstr("\nDuration: 1:02:03\n" + local_time(kTextsNoon + 1h, "%H:%M") + " Go now\n\nPart 2"));
}

TEST(Texts, ACaptionInItsFinalForm) {
  const auto one = caption(a_session(), kOne, {}, Language::ru, {.parts = 3, .compressed = true}).text;
  EXPECT_THAT(one, EndsWith("Длительность: 1:02:03\n✅ Сжатый файл отправлен\n\nЧасть 2/3 #rabcdefg"));
  EXPECT_THAT(caption(a_session(), kAlbum, {}, Language::en, {.parts = 12}).text,
              EndsWith("\n\nPart 1–3/12 #rabcdefg"));
}

TEST(Texts, TheCompressedFileSaysWhatItIs) {
  session::PartFile file;
  file.duration = 3h;
  const RichText comment = compressed_text(a_session(), file, "", "#rabcdefg", Language::ru);
  EXPECT_THAT(comment.text, StartsWith("📦 Сжатая версия\n\nКанал: somebody\n"));
  EXPECT_THAT(comment.text, EndsWith("\nДлительность: 3:00:00\n\n#rabcdefg"));
  EXPECT_THAT(compressed_text(a_session(), file, "101", "#rabcdefg", Language::ru).text,
              EndsWith("\n(исходный пост: 101)\n\n#rabcdefg"));
}

TEST(Texts, OnesOwnTextsTakeThePlaceOfTheBuiltInOnes) {
  const auto style = TextStyle::with(Language::en, {{"caption", "**{title}** [of {date} ]{part} {size}"}});
  ASSERT_TRUE(style.has_value()) << style.error().text;
  session::Session session = a_session();
  session.title = "{part} **bold** [{size}] _x_ <b>";
  const RichText rich = caption(session, kOne, {}, *style);
  EXPECT_THAT(rich.text, StartsWith(session.title + " of "));
  EXPECT_THAT(rich.text, EndsWith(" 2 0 MB #rabcdefg"));
  EXPECT_EQ(bold_of(rich), std::vector{session.title}) << "a title is data, whatever it holds";
}

TEST(Texts, AnUploadsPaceTellsWhenItIsDone) {
  UploadOutlook pace;
  const SteadyTime began{1h};
  EXPECT_EQ(pace.left(1, 1000, 9000, began), std::nullopt) << "what was sent before tells no speed";
  EXPECT_EQ(pace.left(1, 1000, 9000, began + 10s), std::nullopt);
  EXPECT_EQ(pace.left(1, 3000, 9000, began + 20s), 60s);
  EXPECT_EQ(pace.left(2, 0, 9000, began + 30s), std::nullopt) << "another part";
  EXPECT_EQ(pace.left(2, 0, 9000, began + 90s), std::nullopt);
  EXPECT_EQ(pace.moved(), began + 30s);
}

TEST(Texts, ATitleBreaksNoLines) {
  session::Session session = a_session();
  const auto lines = std::ranges::count(caption(session, kOne, {}, Language::en).text, '\n');
  session.title = "\nfirst\r\nPart 9 \x01 #rfake\u2028\u202Eend\n";
  session.channel_name = "some\nbody";
  const RichText rich = caption(session, kOne, {}, Language::en);
  EXPECT_EQ(std::ranges::count(rich.text, '\n'), lines);
  EXPECT_EQ(bold_of(rich)[0], "some body");
  EXPECT_EQ(bold_of(rich)[2], "first Part 9 #rfake end");
  EXPECT_THAT(rich.text, EndsWith("\nPart 2 #rabcdefg"));
}

// What Telegram counts: a character outside the BMP is two.
std::size_t utf16_units(const std::string& text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += byte >= 0xF0 ? 2U : (byte & 0xC0U) != 0x80U ? 1U : 0U;
  }
  return units;
}

TEST(Texts, AnEndlessTitleCannotPushTheMarkerOut) {
  for (const std::string piece : {"a", "ё", "日", "🎮", "\xFF", "\n", "a\n"}) {
    session::Session session = a_session();
    session.title.clear();
    for (int i = 0; i < 5000; ++i) session.title += piece;
    session.channel_name = session.category = session.title;
    const RichText rich = caption(session, kAlbum, {gap_of(12s)}, Language::ru);
    EXPECT_THAT(rich.text, EndsWith("Часть 1–3 #rabcdefg"));
    EXPECT_LE(utf16_units(rich.text), 1024U) << piece;
    EXPECT_THAT(rich.text, Not(HasSubstr("\xFF")));
    const RichText status = status_text(session, {}, Language::ru);
    EXPECT_THAT(status.text, EndsWith("\n\n#rstatus1"));
    EXPECT_LE(utf16_units(status.text), 4096U) << piece;
  }
}

TEST(Texts, WhatIsEmptyTakesNoLine) {
  session::Session session = a_session();
  session.title = session.category = " \n ";
  EXPECT_THAT(status_text(session, {}, Language::en).text, Not(HasSubstr("Stream")));
  EXPECT_THAT(caption(session, kOne, {}, Language::en).text, Not(HasSubstr("Stream")));
}

TEST(Texts, DurationsReadLikeAClock) {
  EXPECT_EQ(clock_text(0ms), "0:00:00");
  EXPECT_EQ(clock_text(59'999ms), "0:00:59");
  EXPECT_EQ(clock_text(std::chrono::hours(100) + 61s), "100:01:01");
  EXPECT_EQ(clock_text(-5s), "0:00:00") << "the clock was set back";
}

TEST(Texts, APostOfWhatWasBroadcastBeforeSaysSo) {
  session::Session session = a_session();
  session.files.push_back({.number = 1, .beginning = true});
  EXPECT_THAT(caption(session, kOne, {}, Language::en).text, Not(HasSubstr("beginning")));
  session.parts[1].file_take = 1;
  EXPECT_THAT(caption(session, kOne, {}, Language::en).text, HasSubstr("Part 2 · the beginning #rabcdefg"));
  EXPECT_THAT(caption(session, kOne, {}, Language::ru).text, HasSubstr("· начало "));
}

}  // namespace
}  // namespace rec
