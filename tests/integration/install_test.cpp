// What a machine gets beside the program: completions, the manual page, the service, and files that stay
// their owner's.
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/program_run.hpp"

namespace rec {
namespace {

using testing_support::run_program;
using testing_support::TempFolder;

std::string read_text(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// What bash offers behind these words; the last one is only begun.
std::string offered(const TempFolder& folder, const std::string& words) {
  std::ofstream(folder / "completion.bash") << run_program(folder.path(), {"completion", "bash"}).out;
  std::ofstream(folder / "ask.bash")
      << "source " << (folder / "completion.bash").string() << "\nCOMP_WORDS=(" << words
      << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_streamrecorder\necho \"${COMPREPLY[*]}\"\n";
  const auto command = "bash " + (folder / "ask.bash").string() + " > " + (folder / "offered").string();
  EXPECT_EQ(std::system(command.c_str()), 0);
  return read_text(folder / "offered");
}

TEST(Completion, BashOffersCommandsActionsOptionsAndTheirValues) {
  const TempFolder folder;
  EXPECT_NE(offered(folder, "streamrecorder ''").find("record"), std::string::npos);
  EXPECT_EQ(offered(folder, "streamrecorder stat"), "status\n");
  EXPECT_NE(offered(folder, "streamrecorder channel ''").find("add list remove pause resume set"),
            std::string::npos);
  EXPECT_EQ(offered(folder, "streamrecorder channel list --js"), "--json\n");
  EXPECT_EQ(offered(folder, "streamrecorder run --log-level ''"), "debug info warning error\n");
  EXPECT_NE(offered(folder, "streamrecorder config ''").find("check show schema example reload"),
            std::string::npos);
}

TEST(Completion, EveryShellGetsAScriptAndAnUnknownOneAnError) {
  const TempFolder folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto told = run_program(folder.path(), {"completion", shell});
    EXPECT_EQ(told.exit_code, 0) << shell;
    EXPECT_NE(told.out.find("channel"), std::string::npos) << shell;
  }
  EXPECT_EQ(run_program(folder.path(), {"completion", "tcsh"}).exit_code, 2);
}

TEST(ManPage, NamesEveryCommandAndGroffHasNothingToSayOfIt) {
  const TempFolder folder;
  const auto page = run_program(folder.path(), {"man"});
  ASSERT_EQ(page.exit_code, 0);
  for (const char* command :
       {"run", "record", "status", "channel add", "doctor", "ytdlp update", "demo", "config"})
    EXPECT_NE(page.out.find(std::string(".SS ") + command), std::string::npos) << command;
  std::ofstream(folder / "page.1") << page.out;
  const auto command = "groff -Kutf8 -man -Tutf8 -ww " + (folder / "page.1").string() + " > " +
                       (folder / "shown").string() + " 2> " + (folder / "warnings").string();
  EXPECT_EQ(std::system(command.c_str()), 0) << "is groff-base installed? tools/bootstrap brings it";
  EXPECT_EQ(read_text(folder / "warnings"), "");
  EXPECT_GT(read_text(folder / "shown").size(), 1000u);
}

TEST(Service, ItsUnitIsValidAndConfined) {
  const TempFolder folder;
  const auto unit = std::string(REC_SOURCE_DIR) + "/packaging/streamrecorder.service";
  const auto command = "systemd-analyze security --offline=yes --threshold=20 " + unit + " > " +
                       (folder / "told").string() + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_text(folder / "told");
}

TEST(Owner, WhatRootTypesMakesNoFileThatTheDaemonCannotWrite) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const passwd* nobody = ::getpwnam("nobody");
  ASSERT_NE(nobody, nullptr);
  const TempFolder folder;
  ::chmod(folder.path().c_str(), 0755);
  const auto data = folder / "data";
  std::filesystem::create_directory(data);
  ASSERT_EQ(::chown(data.c_str(), nobody->pw_uid, nobody->pw_gid), 0);
  std::ofstream(folder / "config.yaml")
      << "state: {path: " << (data / "state.db").string() << "}\nlogging: {file: \"\"}\n";
  const auto added = run_program(folder.path(), {"channel", "add", "https://www.twitch.tv/someone",
                                                 "--config", (folder / "config.yaml").string()});
  ASSERT_EQ(added.exit_code, 0) << added.err;
  const auto token = run_program(
      folder.path(), {"web", "token", "add", "prometheus", "--config", (folder / "config.yaml").string()});
  ASSERT_EQ(token.exit_code, 0) << token.err;
  ASSERT_TRUE(std::filesystem::exists(data / "web.json"));
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    struct stat file{};
    ASSERT_EQ(::stat(entry.path().c_str(), &file), 0);
    EXPECT_EQ(file.st_uid, nobody->pw_uid) << entry.path();
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace rec
