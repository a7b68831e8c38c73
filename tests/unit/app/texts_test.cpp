// What people read on Telegram, in both languages and with titles that mean no good.
#include "app/texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
      EndsWith("\nСтрим: Chess 🎮 всю ночь\nДлительность: 3:06:09\n⚠️ Пропущено: 12.5 с (не успели)\n\n"
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
  facts.now = kTextsNoon + 3h + 41min + 59s;
  const RichText english = status_text(session, facts, Language::en);
  EXPECT_EQ(english.text,
            "🔴 Recording · 3:41:00\nChannel: somebody\nStream: Chess 🎮 всю ночь\nCategory: Chess\n"
            "📤 Published: 3/3\nMissing: 0 s\n\n#rstatus1");
  EXPECT_EQ(bold_of(english), (std::vector<std::string>{"somebody", "Chess 🎮 всю ночь", "Chess"}));
  const RichText russian = status_text(session, facts, Language::ru);
  EXPECT_EQ(russian.text,
            "🔴 Запись · 3:41:00\nКанал: somebody\nСтрим: Chess 🎮 всю ночь\nКатегория: Chess\n"
            "📤 Опубликовано: 3/3\nПропущено: 0 с\n\n#rstatus1");
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
              HasSubstr("\n❌ Part 2: could not be made, see the log\n"));
}

TEST(Texts, AnUploadShowsHowFarItIs) {
  StatusFacts facts;
  facts.uploading_part = 2;
  facts.upload_size = 1000;
  facts.uploaded_bytes = 425;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text,
              HasSubstr("Published: 3/3 · Part 2: 42 %\n"));
  facts.uploaded_bytes = 5000;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, HasSubstr("Part 2: 100 %\n"));
  facts.upload_size = 0;
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text, Not(HasSubstr("%")));
}

TEST(Texts, WhatIsMissingIsSaid) {
  StatusFacts facts;
  facts.gaps = {gap_of(4s), gap_of(0s), gap_of(2250ms)};
  EXPECT_THAT(status_text(a_session(), facts, Language::en).text,
              HasSubstr("\n⚠️ Missing: 6.2 s (too late)\n"));
  EXPECT_THAT(caption(a_session(), kOne, {gap_of(0s)}, Language::en).text,
              HasSubstr("\n⚠️ Missing: 0 s (too late)\n"))
      << "a gap of unknown length is one too";
  EXPECT_THAT(caption(a_session(), kOne, {}, Language::en).text, Not(HasSubstr("Missing")));
}

TEST(Texts, WhyItIsMissingIsSaidShortlyTheLongestFirst) {
  const std::vector gaps{gap_of(2s, GapCause::offline), gap_of(6s, GapCause::ad),
                         gap_of(4500ms, GapCause::ad), gap_of(1s, GapCause::disk)};
  EXPECT_EQ(gap_text(gaps, Language::en), "13.5 s (ads 10.5 s, drop 2 s, disk full 1 s)");
  EXPECT_EQ(gap_text(gaps, Language::ru), "13.5 с (реклама 10.5 с, обрыв 2 с, нет места 1 с)");
  EXPECT_EQ(gap_text({gap_of(6s, GapCause::ad)}, Language::en), "6 s (ads)");
  EXPECT_EQ(gap_text({}, Language::en), "0 s");
  EXPECT_THAT(caption(a_session(), kOne, gaps, Language::en).text,
              HasSubstr("\n⚠️ Missing: 13.5 s (ads 10.5 s, drop 2 s, disk full 1 s)\n"));
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
