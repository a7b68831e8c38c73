// What people write in the group, and who may.
#include "chat/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "chat/people.hpp"

namespace rec::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

CommandLine line_of(const std::string& text) {
  const auto line = read_command(text, "/", "@recbot");
  EXPECT_TRUE(line && *line) << text;
  return line && *line ? **line : CommandLine();
}

Command read_as_command(const std::string& text) {
  const auto command = command_of(line_of(text));
  EXPECT_TRUE(command) << text << ": " << (command ? "" : command.error().usage);
  return command ? *command : Command();
}

std::string usage_for(const std::string& text) {
  const auto command = command_of(line_of(text));
  return command ? "it is a command" : command.error().usage;
}

TEST(CommandLine, WordsQuotesAndSettingsAreToldApart) {
  const auto line = line_of("  /source add  \"a b\" c\\ d 'e\"f' target=vip https://x.test/?a=b");
  EXPECT_THAT(line.words, ElementsAre("source", "add", "a b", "c d", "e\"f", "https://x.test/?a=b"));
  EXPECT_THAT(line.settings, ElementsAre(Pair("target", "vip")));
  EXPECT_FALSE(line.confirmed);
  EXPECT_TRUE(line_of("/stop x --confirm").confirmed);
  EXPECT_TRUE(line_of("/stop x confirm=yes").confirmed);
  EXPECT_FALSE(line_of("/stop x confirm=no").confirmed);
  EXPECT_THAT(line_of("/source set x title_filter=\"chess or go\"").settings,
              ElementsAre(Pair("title_filter", "chess or go")));
  EXPECT_THAT(line_of(R"(/source set x title_filter="\bchess\b|a \"b\"")").settings,
              ElementsAre(Pair("title_filter", R"(\bchess\b|a "b")")))
      << "a backslash of a regular expression stays";
  const auto open = read_command("/source notes x \"half", "/", "");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code, Errc::invalid);
}

TEST(CommandLine, APasswordInAProxysAddressIsNotWrittenDown) {
  EXPECT_EQ(without_secrets("/source set x quality=best"), "/source set x quality=best");
  EXPECT_EQ(without_secrets("/source set x proxy=socks5://a:pw@h:1 hours=1-2"),
            "/source set x proxy=*** hours=1-2");
  EXPECT_EQ(without_secrets("/source set x proxy=\"http://a:p w@h\" tags=t"),
            "/source set x proxy=*** tags=t");
  EXPECT_EQ(without_secrets("/source set x \"proxy=http://a:p w@h\""), "/source set x \"proxy=***\"");
  EXPECT_EQ(without_secrets("/source set x proxy='half pw"), "/source set x proxy=***");
}

RC_GTEST_PROP(CommandLine, AnyTextIsReadOrRefusedAndAQuotedOneIsItself, (const std::string& text)) {
  (void)read_command("/" + text, "/", "@b");
  (void)without_secrets(text);
  std::string quoted = "/x \"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const auto line = read_command(quoted + "\"", "/", "");
  RC_ASSERT(line && line->has_value());
  const auto& words = (*line)->words;
  const bool setting = !(*line)->settings.empty() || (*line)->confirmed || text.starts_with("confirm=");
  RC_ASSERT(setting || (words.size() == 2 && words[1] == text));
}

TEST(CommandLine, WhatIsMeantForOthersIsNoCommand) {
  for (const char* text : {"hello", "", "/", "/ status", "see /status", "/status@otherbot"}) {
    const auto line = read_command(text, "/", "@recbot");
    EXPECT_TRUE(line && !*line) << text;
  }
  EXPECT_THAT(line_of("/status@RecBot").words, ElementsAre("status"));
  const auto bang = read_command("!status", "!", "");
  ASSERT_TRUE(bang && *bang);
  EXPECT_THAT((*bang)->words, ElementsAre("status"));
}

TEST(Commands, EveryWordOfThePredecessorIsUnderstood) {
  for (const char* text : {"/help",
                           "/help source",
                           "/start",
                           "/status",
                           "/health",
                           "/dashboard",
                           "/jobs",
                           "/queue",
                           "/whoami",
                           "/sources",
                           "/source list platform=twitch page=2",
                           "/source",
                           "/source info x",
                           "/source add twitch x vip",
                           "/source pause x",
                           "/source resume x",
                           "/source remove x",
                           "/source target x vip",
                           "/source notes x plays chess",
                           "/source tags x a b",
                           "/targets",
                           "/target list",
                           "/target info x",
                           "/target test x",
                           "/target add vip -1001 compression_enabled=false",
                           "/target set vip channel_id=-2",
                           "/target rename vip best",
                           "/target remove vip reassign=default",
                           "/config",
                           "/config summary",
                           "/config export",
                           "/config import-check f",
                           "/config import_check f",
                           "/config import f confirm=yes",
                           "/sessions",
                           "/session list",
                           "/session details x",
                           "/session stop x",
                           "/session cancel x",
                           "/session abort x",
                           "/session skip-upload x",
                           "/session stop_upload x",
                           "/session cancel-upload x",
                           "/session skip-compression x",
                           "/session stop-compression x",
                           "/session cancel_compression x",
                           "/session skip-forwarding x",
                           "/session retry-upload x",
                           "/session retry_compression x",
                           "/session retry-forwarding x",
                           "/session reprocess x",
                           "/session recover x",
                           "/session clear-flags x",
                           "/stop x",
                           "/skip_upload x",
                           "/clear_flags x",
                           "/source_add https://x.test",
                           "/session_stop x",
                           "/channel set x quality=720p",
                           "/channels",
                           "/STATUS"})
    EXPECT_TRUE(command_of(line_of(text))) << text;
}

TEST(Commands, AliasesMeanTheSameAndArgumentsStandBehindThem) {
  for (const char* text : {"/session skip-upload 0a", "/session stop_upload 0a", "/cancel_upload 0a",
                           "/session_skip_upload 0a"}) {
    const Command command = read_as_command(text);
    EXPECT_EQ(command.verb, Verb::session_action) << text;
    EXPECT_EQ(command.action, "skip-upload") << text;
    EXPECT_THAT(command.arguments, ElementsAre("0a")) << text;
    EXPECT_TRUE(command.destroys) << text;
  }
  EXPECT_THAT(read_as_command("/sessions someone").arguments, ElementsAre("someone"));
  EXPECT_EQ(read_as_command("/channel add https://x.test").verb, Verb::source_add);
}

TEST(Commands, AWrongOneIsToldHowItIsWritten) {
  EXPECT_EQ(usage_for("/fly"), "");
  EXPECT_EQ(usage_for("/source fly x"), "");
  EXPECT_EQ(usage_for("/source add"), "source add URL [target=NAME] [KEY=VALUE …]");
  EXPECT_EQ(usage_for("/target rename a"), "target rename TARGET NAME");
  EXPECT_EQ(usage_for("/stop"), "session stop SESSION");
  EXPECT_EQ(usage_for("/source set x"), "source set SOURCE KEY=VALUE …");
}

TEST(Commands, WhatOnlyLooksChangesNothing) {
  for (const char* text : {"/help", "/status", "/whoami", "/sources", "/source info x", "/targets",
                           "/target info x", "/sessions", "/session details x", "/config"})
    EXPECT_FALSE(read_as_command(text).changes) << text;
  for (const char* text : {"/source add https://x.test", "/source pause x", "/target test x", "/stop x",
                           "/retry x", "/config export", "/config import f"})
    EXPECT_TRUE(read_as_command(text).changes) << text;
  for (const char* text : {"/stop x", "/cancel x", "/skip_upload x", "/source remove x", "/target remove x"})
    EXPECT_TRUE(read_as_command(text).destroys) << text;
}

TEST(Roles, NobodyMayWhoIsNotNamedAndEverybodyOnlyWhereItIsSaidAndNobodyIsNamed) {
  ControlConfig rules;
  EXPECT_EQ(role_of(5, rules), Role::stranger);
  rules.allow_all_group_members = true;
  EXPECT_EQ(role_of(5, rules), Role::admin);
  EXPECT_EQ(role_of(0, rules), Role::stranger) << "nobody knows who it is";
  rules.readonly_user_ids = {7};
  EXPECT_EQ(role_of(5, rules), Role::stranger);
  EXPECT_EQ(role_of(7, rules), Role::reader);
  rules.allowed_user_ids = {7, 8};
  EXPECT_EQ(role_of(7, rules), Role::admin);
  EXPECT_EQ(role_of(8, rules), Role::admin);
}

TEST(TurnLimit, LetsABurstThroughThenOneAtATimeAndEachPersonByItself) {
  TurnLimit limit(3, Millis(1000));
  const SteadyTime begin{std::chrono::hours(1)};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take(1, begin));
  EXPECT_FALSE(limit.take(1, begin));
  EXPECT_TRUE(limit.take(2, begin));
  EXPECT_TRUE(limit.take(1, begin + std::chrono::seconds(1)));
  EXPECT_FALSE(limit.take(1, begin + std::chrono::seconds(1)));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take(1, begin + std::chrono::minutes(1)));
}

}  // namespace
}  // namespace rec::chat
