// The program's sentences as a Russian reader gets them.
#include "words/russian.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "words/told.hpp"

namespace rec {
namespace {

TEST(Russian, AnErrorIsToldFromItsOutermostContextToItsCause) {
  EXPECT_EQ(in_russian("posting to chat -100: Telegram says 400 Bad Request: CHAT_WRITE_FORBIDDEN: make the "
                       "account an administrator of the chat that may post messages (telegram.channel_id)"),
            "публикация в чат -100: Telegram ответил 400 Bad Request: CHAT_WRITE_FORBIDDEN: сделайте учётную "
            "запись "
            "администратором чата с правом публикации");
  EXPECT_EQ(in_russian("cannot write /srv/a: No space left on device"),
            "не удаётся записать /srv/a: на диске не осталось места");
  EXPECT_EQ(in_russian("media worker for /srv/part.mp4: ended with 1: no keyframe is left"),
            "сборка /srv/part.mp4: код завершения 1: не осталось ключевых кадров");
}

TEST(Russian, NamesPathsAndTheWordsOfOthersStayAsTheyAre) {
  for (const char* stays :
       {"", "shroud", "/srv/is full", "Sign in to confirm you’re not a bot", "Привет: мир"})
    EXPECT_EQ(in_russian(stays), stays);
  EXPECT_EQ(in_russian("yt-dlp: [youtube] abc: Video unavailable"),
            "yt-dlp: [youtube] abc: Video unavailable");
  EXPECT_EQ(in_russian("key: part 3 of my key is full: x could not be made: no keyframe is left"),
            "ключ: part 3 of my key is full: x could not be made: не осталось ключевых кадров")
      << "a name that breaks the sentence leaves it English, and what stands behind is told all the same";
}

TEST(Russian, WhatIsSaidTwiceIsTheSame) {
  const std::string once = in_russian("the disk of /srv is full (1.5 GB free): nothing is recorded");
  EXPECT_EQ(once, "диск /srv заполнен (свободно 1,5 ГБ): запись остановлена");
  EXPECT_EQ(in_russian(once), once);
}

TEST(Russian, NumbersHaveTheirForms) {
  EXPECT_EQ(in_russian("/c: 21 lines are no cookies (seven fields, tabs between them)"),
            "/c: 21 строка — не cookies (нужно семь полей через табуляцию)");
  EXPECT_EQ(in_russian("/c: 8 cookies, auth-token expires in 3 days"),
            "/c: 8 cookies, auth-token истекает через 3 дня");
  EXPECT_EQ(in_russian("/c: 8 cookies, auth-token expires in 11 days"),
            "/c: 8 cookies, auth-token истекает через 11 дней");
  EXPECT_EQ(russian_plural(1, "час|часа|часов"), "час");
  EXPECT_EQ(russian_plural(104, "час|часа|часов"), "часа");
  EXPECT_EQ(russian_plural(112, "час|часа|часов"), "часов");
}

TEST(Russian, EachMistakeOfAFileIsToldInItsLine) {
  EXPECT_EQ(
      in_russian(
          "config.yaml:3: telegram.channel_id: expected a chat: its number (-100…), @name or t.me link, got "
          "true\nconfig.yaml:7: web.port: unknown key"),
      "config.yaml:3: telegram.channel_id: ожидается чат: номер (-100…), @имя или ссылка t.me, а стоит true\n"
      "config.yaml:7: web.port: неизвестный ключ");
}

TEST(Russian, WhatIsMissingIsToldWithItsCauses) {
  EXPECT_EQ(
      in_russian("ann: missing 12 s (ads), noticed at 21:07; of this recording in all 13.5 s (ads 12 s, drop "
                 "1.5 s)"),
      "ann: пропущено 12 с (реклама), замечено в 21:07; всего в записи 13,5 с (реклама 12 с, обрыв 1,5 с)");
  EXPECT_EQ(
      in_russian("ann: missing length unknown (drop), noticed at 21:07; of this recording in all 1 h 5 "
                 "min (ads 1 h 4 min, too late 1 min 20 s, drop)"),
      "ann: пропущено неизвестно сколько (обрыв), замечено в 21:07; всего в записи 1 ч 5 мин (реклама 1 "
      "ч 4 мин, не успели 1 мин 20 с, обрыв)");
}

TEST(Russian, HostileTextsAreCopiedAndEndSoon) {
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "a: ";
  EXPECT_EQ(in_russian(deep), deep);
  for (const char* odd :
       {"{}", "{*}", "{0|a|b|c}", ": ", "; ; ,", "\n\n", "Telegram says {0}", "reading {title}"})
    EXPECT_FALSE(in_russian(odd).empty()) << odd;
  EXPECT_EQ(in_russian("reading {0}"), "чтение {0}");
}

TEST(Russian, AnAnswerOfTheServiceIsToldAndWhatProgramsGoByStays) {
  auto answer = boost::json::parse(R"({"code":"no_space","problems":[{"code":"disk_full","text":
      "/srv is full: nothing is recorded","cure":"make room there"},"no channel ann; did you mean anna?"],
      "sessions":[{"title":"the playlist ended","status":"error","error":null,
      "parts":[{"error":"no keyframe is left"}]}],"story":[{"what":"title","text":"the playlist ended"},
      {"what":"ended","text":"it was over: endlist"}]})")
                    .as_object();
  tell_in_russian(answer);
  EXPECT_EQ(
      boost::json::serialize(answer),
      R"({"code":"no_space","problems":[{"code":"disk_full","text":"диск /srv заполнен: запись не идёт",)"
      R"("cure":"освободите там место"},"нет канала ann; может быть, anna?"],)"
      R"("sessions":[{"title":"the playlist ended","status":"error","error":null,)"
      R"("parts":[{"error":"не осталось ключевых кадров"}]}],"story":[{"what":"title",)"
      R"("text":"the playlist ended"},{"what":"ended","text":"закончилось: плейлист закончился"}]})");
}

}  // namespace
}  // namespace rec
