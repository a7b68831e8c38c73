// The real program takes over what a Python program left, and posts the rest through the real TDLib.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>

#include <boost/json/parse.hpp>

#include "live_page.hpp"
#include "media_av/sha256.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "tests/support/old_program.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using std::chrono::seconds;
using testing_support::counting;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;

class Import : public testing::Test {
 protected:
  testing_support::TempFolder folder;
  testing_support::TempFolder output;  ///< of commands beside a daemon
  test::OldProgramFolder old{folder.path()};
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({});
    twitch.add_channel("someone");
    write_config("");
  }
  /// As the old program read it, and what ours needs besides.
  void write_config(const std::string& more_of_telegram) const {
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\ntelegram:\n  session_name: stream_recorder\n  channel_id: " << chat << "\n"
        << testing_support::way_as_bot(*telegram) << more_of_telegram
        << "twitch:\n  channels: [someone]\n  check_interval: 2\nrecording: {min_free: 1MB}\nendpoints:\n"
        << testing_support::endpoints_of(twitch)
        << "\nstate: {state_file: ./data/state.json}\ncompression: {enabled: no}\nlogging: {file: "
           "\"\"}\nweb: {listen: \"\"}\n";
  }
  /// Numbered frames, fifty a segment of two seconds.
  std::string file(const std::string& name, int segments, int first_frame) const {
    std::ofstream out(folder / name, std::ios::binary);
    for (const auto& segment : testing_support::numbered_media(segments, 2, first_frame))
      out << segment.bytes;
    return (folder / name).string();
  }
  [[nodiscard]] Output import(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"import", folder.path().string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(output.path(), std::move(words));
  }
  [[nodiscard]] std::vector<std::string> with_config(std::vector<std::string> words) const {
    words.insert(words.end(), {"--config", (folder / "config.yaml").string()});
    return words;
  }
  [[nodiscard]] std::vector<int> posted_frames() const {
    return testing_support::posted_frames_in(*telegram, chat);
  }
  void run_until(const std::function<bool()>& true_now) const {
    ProgramRun daemon(folder.path(), with_config({"run"}));
    const auto until = std::chrono::steady_clock::now() + seconds(150);
    while (!true_now() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_TRUE(true_now()) << "it did not get done in time";
    daemon.signal(SIGTERM);
    daemon.wait();
  }
  [[nodiscard]] bool nothing_is_open() const {
    const Output status = run_program(output.path(), with_config({"session", "list", "--json"}));
    if (status.exit_code != 0) return false;
    const json::value told = json::parse(status.out);
    for (const auto& session : told.at("sessions").as_array()) {
      if (session.at("status") != "done") return false;
    }
    return true;
  }
};

json::object half_posted(const std::vector<std::string>& parts, int message) {
  json::object session = test::old_session("someone", "uploading");
  session["split_files"] = json::array(parts.begin(), parts.end());
  test::set_uploaded(session, parts[0], message);
  return session;
}

TEST_F(Import, SaysWhatItWouldDoThenDoesItOnceAndTheDaemonPostsTheRest) {
  const std::string first = file("temp/p1.mp4", 1, 0);
  const std::string second = file("temp/p2.mp4", 2, 50);
  const std::string whole = file("recordings/other.ts", 1, 500);
  const int message = telegram->say(chat, "Часть 1");
  json::object other = test::old_session("else", "processing", "2026-01-11T12:00:00");
  other["recording_files"] = json::array{"recordings/other.ts"};
  old.write_json({half_posted({first, second}, message), other},
                 {test::old_session("past", "done", "2026-01-01T12:00:00")});
  const auto state = media::sha256_of(old.at("data/state.json"));
  const Output dry = import();
  EXPECT_EQ(dry.exit_code, 0) << dry.err << dry.out;
  EXPECT_NE(dry.out.find("1 posted, 1 to be posted"), std::string::npos) << dry.out;
  EXPECT_NE(dry.out.find("3 to take over"), std::string::npos) << dry.out;
  EXPECT_FALSE(fs::exists(old.at("data/state.db"))) << "nothing was done";
  const Output done = import({"--yes"});
  EXPECT_EQ(done.exit_code, 0) << done.err << done.out;
  const Output again = import({"--yes", "--json"});
  EXPECT_EQ(json::parse(again.out).at("taken"), 0) << again.out;
  run_until([this] { return posted_frames().size() >= 150 && nothing_is_open(); });
  EXPECT_EQ(import({"--yes", "--json"}).exit_code, 0);
  std::vector<int> wanted = counting(50, 100);
  std::vector<int> frames = posted_frames();
  const std::vector<int> others = counting(500, 50);
  wanted.insert(wanted.end(), others.begin(), others.end());
  std::ranges::sort(frames);  // two sessions
  EXPECT_EQ(frames, wanted);
  EXPECT_EQ(media::sha256_of(old.at("data/state.json"))->sha256, state->sha256);
  for (const std::string& kept : {first, second, whole}) EXPECT_TRUE(fs::exists(kept)) << kept;
  const Output list = run_program(output.path(), with_config({"session", "list"}));
  EXPECT_NE(list.out.find("twitch:past"), std::string::npos) << list.out;
}

TEST_F(Import, AFinishedCompressedVersionIsPostedAsItIsInTheDiscussionGroup) {
  chat = telegram->add_channel({.title = "With a group", .discussion = true});
  write_config("  discussion_group_id: " + std::to_string(telegram->discussion_of(chat)) + "\n");
  json::object session = test::old_session("someone", "sending_compressed");
  session["split_files"] = json::array{"temp/p1.mp4", "temp/p2.mp4"};
  test::set_uploaded(session, "temp/p1.mp4", telegram->say(chat, "1"));
  test::set_uploaded(session, "temp/p2.mp4", telegram->say(chat, "2"));
  session["target_compression_enabled"] = true;
  const std::string small = file("recordings/a_compressed.mp4", 1, 0);
  session["compressed_file"] = small;
  old.write_json({session}, {});
  const Output done = import({"--yes"});
  EXPECT_EQ(done.exit_code, 0) << done.err << done.out;
  run_until([this] { return nothing_is_open(); });
  std::vector<fs::path> files;
  for (const auto& one : telegram->posts(telegram->discussion_of(chat))) {
    if (!one.file.empty()) files.push_back(one.file[0].path);
  }
  EXPECT_EQ(testing_support::frames_in(files), counting(0, 50));
  EXPECT_TRUE(posted_frames().empty()) << "nothing more in the channel";
  EXPECT_TRUE(fs::exists(small));
}

TEST_F(Import, WhileTheOldProgramOrOursRunsItIsRefused) {
  old.write_json({}, {test::old_session("past", "done")});
  // A child by the name of the old program, in its folder.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::chdir(folder.path().c_str()) == 0)
      ::execl("/bin/sh", "python3", "-c", "kill -STOP $$", "main.py", nullptr);
    ::_exit(127);
  }
  Output refused = import();
  for (int i = 0; i < 100 && refused.exit_code == 0; ++i) refused = import();
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("stop it first"), std::string::npos) << refused.err;
  {
    ProgramRun daemon(folder.path(), with_config({"run"}));
    while (!fs::exists(folder / "data/control.sock"))
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const Output beside = import({"--yes"});
    EXPECT_EQ(beside.exit_code, 1);
    EXPECT_NE(beside.err.find("stop streamrecorder"), std::string::npos) << beside.err;
    daemon.signal(SIGTERM);
    daemon.wait();
  }
  EXPECT_EQ(import({"--yes"}).exit_code, 0);
}

TEST_F(Import, WhatIsBrokenIsNamedAndTheCodeSaysPartly) {
  old.write("data/state.json", R"({"active": {)");
  const Output broken = import({"--yes"});
  EXPECT_EQ(broken.exit_code, 3) << broken.out << broken.err;
  EXPECT_NE(broken.out.find("state.json"), std::string::npos);
  EXPECT_EQ(run_program(output.path(), {"import", (folder / "nowhere").string()}).exit_code, 2);
}

}  // namespace
}  // namespace rec
