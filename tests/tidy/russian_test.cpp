// The Russian of src/words against the source: what the program says to people has its Russian words, or
// stands here with a reason why it needs none.
#include "words/russian.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <regex>

#include "tests/tidy/told_texts.hpp"

namespace rec::tidy {
namespace {

struct Untold {
  const char* path;  ///< a file, or what the paths of several begin with
  const char* why;
};
constexpr Untold kUntoldFiles[] = {
    {"src/words/", "the tables themselves"},
    {"src/main", "stderr of a command"},
    {"src/media_main.cpp", "stderr of a command"},
    {"src/cli/", "commands speak English, as the log does; doctor_command.cpp is looked at all the same"},
    {"src/control/", "what programs get wrong that ask by the socket"},
    {"src/app/request_arguments.cpp", "what programs get wrong that ask by the socket"},
    {"src/app/import_", "the command `import`"},
    {"src/app/old_", "the command `import`"},
    {"src/store/old_database", "the command `import`"},
    {"src/store/migrations.cpp", "SQL"},
    {"src/store/row_", "SQL"},
    {"src/store/channel_orders.cpp", "SQL"},
    {"src/store/session_search.cpp", "SQL"},
    {"src/app/config_fields_", "the manual of the configuration; what is wrong in it stands in the tables"},
    {"src/app/config_schema.cpp", "the manual of the configuration"},
    {"src/app/config_render.cpp", "the manual of the configuration"},
    {"src/app/channel_overrides.cpp", "the manual of the configuration"},
    {"src/app/texts.cpp", "both languages stand there"},
    {"src/app/templates.cpp", "both languages stand there"},
    {"src/app/notices.cpp", "both languages stand there"},
    {"src/chat/chat_texts.cpp", "both languages stand there"},
    {"src/chat/commands.cpp", "how commands are written"},
    {"src/capture/ytdlp_update.cpp", "the command `ytdlp update`"},
    {"src/capture/ytdlp_release.cpp", "the command `ytdlp update`"},
    {"src/publish/login_dialogue.cpp", "the command `login`"},
    {"src/publish/file_refusals.cpp", "words of Telegram"},
    {"src/publish/tdlib_host.cpp", "stderr of a child"},
    {"src/web/routes.cpp", "the OpenAPI document"},
    {"src/web/metrics.cpp", "the figures for Prometheus"},
    {"src/web/connection.cpp", "what programs get wrong that speak no HTTP"},
};

/// In files that do speak to people: what is looked for in the words of others, or asked of them; what
/// programs get wrong that ask by REST or by the socket; what is never shown.
constexpr const char* kUntoldTexts[] = {
    "{channel}/{date} {title} [{id}]",
    "whole compressed",
    "Stream Recorder",
    "Stream Recorder: a test, removed at once. 7",
    "event: 7\ndata: 7\n\n",
    ": still here\n\n",
    "bytes 7-7/7",
    "return a Result, so that nothing fails in silence",
};

bool is_untold(const SourceFile& file) {
  if (file.path == "src/cli/doctor_command.cpp") return false;
  return std::ranges::any_of(kUntoldFiles,
                             [&](const Untold& one) { return file.path.starts_with(one.path); });
}

/// Two words or more, and not only names.
bool is_sentence(const std::string& text) {
  static const std::regex words(R"([A-Za-z']{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z']{2,})");
  static const std::regex lower("[a-z]{3,}");
  return std::regex_search(text, words) && std::regex_search(text, lower);
}

/// English words, apart from keys, paths, commands and addresses.
bool is_english(const std::string& piece) {
  static const std::regex names(R"(`[^`]*`|\S*[./_=@-]\S*)");
  static const std::regex lower("[a-z]{3,}");
  return std::regex_search(std::regex_replace(piece, names, ""), lower);
}

std::vector<std::string> texts_in(const std::string& source) {
  std::vector<std::string> texts;
  for (const ToldText& told : told_texts(make_file("x.cpp", source))) texts.push_back(told.text);
  return texts;
}

TEST(ToldTexts, ASentenceIsPutTogetherEachWayItMayGo) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(
      texts_in(
          R"x(return fail(Errc::a, "cannot open " + path + ": it is " + (big ? "too large" : why) + "!");)x"),
      (Texts{"cannot open 7: it is too large!", "cannot open 7: it is 7!"}));
  EXPECT_EQ(
      texts_in(R"x(auto a = fmt::format("{} of {:.1f} {{}}" "{}", one, two, more ? "" : " and more");)x"),
      (Texts{"7 of 7 {}", "7 of 7 {} and more"}));
  EXPECT_EQ(texts_in("f(std::string(\"a \\\"b\") + name, g(\"inner\") ? 'x' : '\"');  // \"no text\"\n"),
            (Texts{"a \"b7", "inner"}));
  EXPECT_EQ(texts_in(R"x(log::warn("a.b", {{"text", "English, as the log is"}});)x"), Texts{});
}

TEST(Russian, EachSentenceThatReachesPeopleHasItsWords) {
  std::size_t sentences = 0;
  for (const SourceFile& file : every_file()) {
    if (!file.in("src") || !file.is_cpp() || is_untold(file)) continue;
    for (const ToldText& told : told_texts(file)) {
      if (!is_sentence(told.text) || std::ranges::count(kUntoldTexts, told.text) > 0) continue;
      ++sentences;
      for (const std::string& left : left_in_english(told.text)) {
        EXPECT_FALSE(is_english(left))
            << file.path << ":" << told.line << ": \"" << told.text << "\" would stay English (\"" << left
            << "\"): give it a line in src/words/*_phrases.cpp";
      }
    }
  }
  EXPECT_GT(sentences, 700U);
}

}  // namespace
}  // namespace rec::tidy
