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
    {"src/capture/segment_trail.cpp", "what ffmpeg says"},
    {"src/main", "stderr of a command"},
    {"src/media_main.cpp", "stderr of a command"},
    {"src/base/crash_report.cpp", "stderr, for the report of a defect"},
    {"src/cli/", "commands speak English, as the log does; doctor_command.cpp is looked at all the same"},
    {"src/control/", "what programs get wrong that ask by the socket"},
    {"src/app/gap_json.cpp", "what programs get wrong that ask by the socket"},
    {"src/app/request_arguments.cpp", "what programs get wrong that ask by the socket"},
    {"src/app/import_", "the command `import`"},
    {"src/app/old_", "the command `import`"},
    {"src/store/old_database", "the command `import`"},
    {"src/store/migrations.cpp", "SQL"},
    {"src/store/row_", "SQL"},
    {"src/store/schema.cpp", "SQL"},
    {"src/store/channel_orders.cpp", "SQL"},
    {"src/store/session_search.cpp", "SQL"},
    {"src/app/config_fields_", "the manual of the configuration; what is wrong in it stands in the tables"},
    {"src/app/config_schema.cpp", "the manual of the configuration"},
    {"src/app/config_render.cpp", "the manual of the configuration"},
    {"src/app/channel_overrides.cpp", "the manual of the configuration"},
    {"src/app/texts", "both languages stand there"},
    {"src/app/templates.cpp", "both languages stand there"},
    {"src/app/notices.cpp", "both languages stand there"},
    {"src/chat/chat_texts.cpp", "both languages stand there"},
    {"src/chat/chat_words.cpp", "both languages stand there"},
    {"src/chat/commands.cpp", "how commands are written"},
    {"src/capture/ytdlp_update.cpp", "the command `ytdlp update`"},
    {"src/capture/ytdlp_release.cpp", "the command `ytdlp update`"},
    {"src/publish/login_dialogue.cpp", "the command `login`"},
    {"src/publish/file_refusals.cpp", "words of Telegram"},
    {"src/publish/tdlib_host.cpp", "stderr of a child"},
    {"src/web/routes.cpp", "the OpenAPI document"},
    {"src/web/metrics.cpp", "the figures for Prometheus"},
    {"src/web/http_server.cpp", "the log; nothing is served then"},
    {"src/app/config_field.hpp", "the manual of the configuration"},
    {"src/web/connection.cpp", "what programs get wrong that speak no HTTP"},
};

/// In files that do speak to people.
constexpr const char* kUntoldTexts[] = {
    // Pieces of sentences that stand whole in the tables.
    "streamrecorder (systemctl --user)",
    "sudo systemctl",
    "7 edit streamrecorder",
    "can be written by other users of this machine",
    "is a secret and is open to other users",
    "; for YouTube write youtube.com/7",
    "; for Twitch write twitch.tv/7, for YouTube youtube.com/@7",
    "7: not an http or https URL7",
    "7: target: no target \"7\" under telegram.targets; streamrecorder target add 7 CHAT",
    "7: target: no target \"7\" under telegram.targets; did you mean 7?",
    " (and 7 more)",
    " (a bare number is GiB)",
    " (a bare number is MiB)",
    "a size, like 5GB or 1.5GiB7",
    " of at least 7",
    "a whole number7",
    "making parts",
    "yt-dlp records with",
    "makes the compressed versions",
    "ffmpeg is missing, which 7",
    "yt-dlp 7 (our own, 7)",
    "7: its version is no date",
    "7 is 7 days old",
    "7 is 7 days old; sites change faster than that",
    ", not every 7 s: youtube.requests_per_minute is 7",
    "the copy of post {}",
    "; nothing is posted before streamrecorder is started again",
    " on the page of 7",
    "; the one before ended: the program was killed",
    "; the one before ended: 7",
    "7, of what was broadcast before",
    "resolver data: 7 7",
    "is no list of texts",
    "is neither true nor false",
    "is no text",
    "is known to nobody",
    "is no object",
    "no 7 is told yet",
    "the 7 is \"7\"",
    "offline: YouTube: 7",
    "not live yet7",
    ": Telegram says ",
    "cut back",
    "a list of messages",
    // What is looked for in the words of others.
    "Max open files",
    "not currently live",
    "is not live",
    "is offline",
    "live event will begin",
    "live event has ended",
    "premieres in",
    "http error 404",
    "does not exist",
    "unsupported url",
    "drm protected",
    "http error 429",
    "too many requests",
    "sign in",
    "log in",
    "join this channel",
    "private video",
    "video is private",
    "confirm your age",
    "available in your",
    "geo restrict",
    "http error 403",
    "has been removed",
    "has been terminated",
    "video unavailable",
    "timed out",
    "unable to download",
    "ffmpeg exited with code",
    "Unknown encoder",
    "No such filter",
    "channel's members",
    "your age",
    "age restricted",
    "your country",
    "your location",
    "recording is not available",
    "has ended",
    "no longer available",
    "unusual traffic",
    "message is not modified",
    "essage not found",
    "oo big",
    "alid api_id",
    "protected content",
    "no write access",
    "ot enough rights",
    "administrator rights",
    "essage can't be edited",
    "essage can't be deleted",
    "no caption in the message",
    "hat not found",
    "database encryption key",
    "an't lock file",
    "retry after ",
    "too big for this account",
    "Group send failed",
    // What programs get wrong that ask by REST or by the socket.
    "the request takes no such \"7\"",
    "\"files\" holds what is no absolute path",
    "the request needs \"files\", a list of paths",
    "mbps: a number of megabits a second, 0 for no limit",
    "nobody knows the request config_reload",
    "nobody knows the request 7",
    "status takes no arguments",
    "nobody knows the request channel_list",
    "nobody knows the request post",
    "limit is to be a number from 1 to 1000",
    "nobody knows the request session_action",
    "\"7\" is to be a text",
    "\"7\" is to be a number from 0 to 7",
    "\"before\" is to be an instant, like 2026-11-22T17:26:03.120Z",
    "the body is to be application/json",
    "the body is to be a JSON object",
    "there is no parameter \"7\" here",
    "there is no member \"7\" here",
    "the body needs \"7\"",
    "only GET here",
    "not by this method",
    "no room to record\n",
    // What is written for machines, or never shown.
    "at once",
    "for the next recording",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Authorization: OAuth 7",
    "{streamPlaybackAccessToken(channelName:\"7\",params:{platform:\"web\",playerBackend:\"mediaplayer\","
    "playerType:\"site\"}){value signature}}",
    "download:[[rec]] %(info.format_id)s %(progress.fragment_index)s %(progress.fragment_count)s",
    "session stop 7",
    "source pause 7",
    "session retry 7",
    "source resume 7",
    "source remove 7",
    "target remove 7",
    "twitch.client_id: not set",
    "Authorization: Bearer 7",
    "CONNECT 7 HTTP/1.1r\nHost: 7r\n",
    "Proxy-Authorization: Basic 7r\n",
    "a wrong password",
    "no address in numbers",
    "phase <> 'done' OR id IN (SELECT session FROM outbox)",
    "PRAGMA synchronous = FULL",
    "phase = 'done' AND NOT announcement ORDER BY started_at DESC, id DESC LIMIT 7",
    "{ id login broadcastSettings { title game { displayName } } stream { id type title game { displayName } "
    "} } }",
    "query($login: String!) { user(login: $login) ",
    "query($id: ID!) { user(id: $id) ",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "7=7; Path=/; HttpOnly; SameSite=Strict; Max-Age=7",
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src "
    "'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
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
  return is_sentence(std::regex_replace(piece, names, ""));
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
