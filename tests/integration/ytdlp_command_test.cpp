// `ytdlp update` and `rollback` as people run them, with the real yt-dlp from a release server on loopback.
#include <fstream>
#include <sstream>

#include "capture/ytdlp_release.hpp"
#include "live_page.hpp"
#include "sim/origin/origin.hpp"

namespace rec {
namespace {

using testing_support::Output;
using testing_support::run_program;
using testing_support::TempFolder;

std::string whole_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class YtDlpCommand : public testing::Test {
 protected:
  YtDlpCommand() { std::ofstream(folder / "config.yaml") << "twitch: {channels: [someone]}\n"; }
  void release(const std::string& program) {
    server.add_file("/r/yt-dlp", program, "application/octet-stream");
    server.add_file("/r/SHA2-256SUMS", capture::sha256_hex(program) + "  yt-dlp\n", "text/plain");
  }
  [[nodiscard]] Output ytdlp(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "ytdlp");
    arguments.insert(arguments.end(), {"--config", (folder / "config.yaml").string()});
    return run_program(folder.path(), std::move(arguments), std::chrono::seconds(180));
  }
  [[nodiscard]] Output update() const {
    return ytdlp({"update", "--asset", "yt-dlp", "--from", server.url("/r/")});
  }
  [[nodiscard]] std::filesystem::path current() const { return folder / "data/ytdlp/current/yt-dlp"; }

  TempFolder folder;
  sim::Origin server;
};

TEST_F(YtDlpCommand, TheRealOneIsFetchedResolvesATrialPageAndIsUsed) {
  const std::string program = whole_file("/usr/bin/yt-dlp");
  if (program.empty()) GTEST_SKIP() << "yt-dlp is not installed";
  release(program);
  const Output first = update();
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.out.find("is in use"), std::string::npos) << first.out;
  EXPECT_EQ(whole_file(current()), program);
  const Output again = update();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_NE(again.out.find("is the newest"), std::string::npos) << again.out;

  const Output doctor = run_program(folder.path(), {"doctor", "--config", (folder / "config.yaml").string()});
  EXPECT_NE(doctor.out.find("our own, "), std::string::npos) << doctor.out;
}

TEST_F(YtDlpCommand, TheOneBeforeIsInUseAgainAfterARollback) {
  const std::string program = whole_file("/usr/bin/yt-dlp");
  if (program.empty()) GTEST_SKIP() << "yt-dlp is not installed";
  release(program);
  ASSERT_EQ(update().exit_code, 0);
  // The same, but for what it calls itself.
  const std::string imports = "from yt_dlp import main";
  std::string newer = program;
  ASSERT_NE(newer.find(imports), std::string::npos) << program;
  newer.replace(newer.find(imports), imports.size(),
                "import yt_dlp.options\nyt_dlp.options.__version__ = '2099.01.01'\n" + imports);
  release(newer);
  const Output second = update();
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(whole_file(current()), newer);
  const Output back = ytdlp({"rollback"});
  EXPECT_EQ(back.exit_code, 0) << back.err;
  EXPECT_NE(back.out.find("is in use"), std::string::npos) << back.out;
  EXPECT_EQ(whole_file(current()), program);
}

TEST_F(YtDlpCommand, ABrokenReleaseChangesNothingAndSaysSo) {
  release("#!/bin/sh\necho 'ImportError: something is missing' >&2\nexit 1\n");
  const Output output = update();
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_NE(output.err.find("ImportError: something is missing"), std::string::npos) << output.err;
  EXPECT_FALSE(std::filesystem::exists(current()));
  const Output back = ytdlp({"rollback"});
  EXPECT_EQ(back.exit_code, 1);
  EXPECT_NE(back.err.find("no former yt-dlp"), std::string::npos) << back.err;
}

TEST_F(YtDlpCommand, WithoutANetworkItSaysWhatItCouldNotReach) {
  const Output output = ytdlp({"update", "--from", "http://127.0.0.1:1/releases"});
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_NE(output.err.find("127.0.0.1:1/releases"), std::string::npos) << output.err;
}

TEST_F(YtDlpCommand, ItsAddressCanBeReplacedInTheResolverData) {
  std::filesystem::create_directories(folder / "data");
  std::ofstream(folder / "data/resolver.json")
      << R"({"yt_dlp": {"release_url": ")" << server.url("/mirror") << "\"}}";
  const Output output = ytdlp({"update"});
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_EQ(server.hits("/mirror/SHA2-256SUMS"), 1u) << output.err;
}

}  // namespace
}  // namespace rec
