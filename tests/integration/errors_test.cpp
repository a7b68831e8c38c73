// What goes wrong on the first evening: each a one-line error that names cause and cure, the promised exit
// code, and no file harmed.
#include <sys/mount.h>

#include <algorithm>
#include <fstream>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::wait_until_started;

class Errors : public testing::Test {
 protected:
  TempFolder folder;

  [[nodiscard]] Output record(const std::string& url) const {
    return run_program(folder.path(), {"record", url, "--out", (folder.path() / "out").string()},
                       seconds(120));
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  [[nodiscard]] Output run(seconds limit = seconds(60)) const {
    return run_program(folder.path(), {"run", "--config", (folder / "config.yaml").string()}, limit);
  }
  static void expect_one_line(const Output& output, const std::vector<std::string>& said) {
    const auto at = output.err.rfind("streamrecorder: ");
    ASSERT_NE(at, std::string::npos) << output.err;
    const std::string line = output.err.substr(at);
    EXPECT_EQ(std::ranges::count(line, '\n'), 1) << line;
    for (const auto& word : said)
      EXPECT_NE(line.find(word), std::string::npos) << "no \"" << word << "\" in: " << line;
  }
};

TEST_F(Errors, AMalformedConfigurationNamesFileLineAndCure) {
  write("config.yaml", "platform: twitch\ntwitch:\n  chanels: [a]\n");
  const Output output = run();
  EXPECT_EQ(output.exit_code, 4);
  expect_one_line(output, {"config.yaml:3", "chanels", "channels"});
}

TEST_F(Errors, AConfigurationThatIsNoYamlNamesTheLine) {
  write("config.yaml", "platform: [twitch\n");
  const Output output = run();
  EXPECT_EQ(output.exit_code, 4);
  expect_one_line(output, {"config.yaml:"});
}

TEST_F(Errors, AMissingConfigurationSaysWhereItWasLookedFor) {
  const Output output = run();
  EXPECT_EQ(output.exit_code, 4);
  expect_one_line(output, {"config.yaml"});
}

TEST_F(Errors, AnUnreachablePlaylistIsNamed) {
  const Output output = record("http://127.0.0.1:1/live.m3u8");
  EXPECT_EQ(output.exit_code, 1);
  expect_one_line(output, {"http://127.0.0.1:1/live.m3u8"});
}

TEST_F(Errors, APlaylistThatIsNotThereIsNamedWithItsStatus) {
  const sim::Origin origin;
  const Output output = record(origin.url("/nothing.m3u8"));
  EXPECT_EQ(output.exit_code, 1);
  expect_one_line(output, {"/nothing.m3u8", "404"});
}

TEST_F(Errors, AnHtmlPageInsteadOfAPlaylistIsSaidToBeOne) {
  sim::Origin origin;
  origin.add_file("/live.m3u8", "<!DOCTYPE html><html><body>Log in</body></html>", "text/html");
  const Output output = record(origin.url("/live.m3u8"));
  EXPECT_EQ(output.exit_code, 1);
  expect_one_line(output, {"HTML"});
}

TEST_F(Errors, WithoutItsCompanionTheProgramNamesTheFileAndRecordsNothing) {
  const auto lonely = folder / "streamrecorder";
  std::filesystem::copy_file(REC_BINARY, lonely);
  const auto ask = [&](const std::string& arguments) {
    const std::string command = "cd '" + folder.path().string() + "' && ./streamrecorder " + arguments +
                                " >stdout.txt 2>stderr.txt; echo $? >code.txt";
    (void)!std::system(command.c_str());
    Output output;
    std::ifstream(folder / "code.txt") >> output.exit_code;
    std::getline(std::ifstream(folder / "stdout.txt"), output.out, '\0');
    std::getline(std::ifstream(folder / "stderr.txt"), output.err, '\0');
    return output;
  };
  const std::vector<std::string> said{(folder / "streamrecorder-media").string() + " is missing",
                                      "cmake --workflow"};
  const Output record = ask("record http://127.0.0.1:1/live.m3u8 --out out");
  EXPECT_EQ(record.exit_code, 5);
  expect_one_line(record, said);
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  write("config.yaml", "platform: twitch\ntwitch:\n  channels: [somebody]\n");
  const Output daemon = ask("run --config config.yaml");
  EXPECT_EQ(daemon.exit_code, 5);
  expect_one_line(daemon, said);
  const Output doctor = ask("doctor --config config.yaml");
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_NE(doctor.out.find(said[0].substr(0, said[0].find(' '))), std::string::npos) << doctor.out;
}

TEST_F(Errors, TheProgramItselfLoadsNothingOfLibav) {
  // The loader lists what it would load, and runs nothing.
  const std::string list = (folder / "libraries.txt").string();
  const std::string command = std::string("LD_TRACE_LOADED_OBJECTS=1 '") + REC_BINARY + "' >'" + list + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::string loaded;
  std::getline(std::ifstream(list), loaded, '\0');
  EXPECT_NE(loaded.find("libcurl.so"), std::string::npos) << loaded;
  for (const char* library : {"libav", "libsw", "libx264"}) {
    EXPECT_EQ(loaded.find(library), std::string::npos)
        << library << ": 100 libraries more, and 20 ms, at each start: it belongs to streamrecorder-media";
  }
}

TEST_F(Errors, HelpNamesTheCommandsAndAnUnknownOneIsUsage) {
  const Output help = run_program(folder.path(), {"help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* command : {"run", "record", "config", "demo"}) {
    EXPECT_NE(help.out.find(command), std::string::npos) << help.out;
  }
  EXPECT_EQ(run_program(folder.path(), {"fly"}).exit_code, 2);
}

TEST_F(Errors, AMistypedCommandIsToldWhichOneWasMeant) {
  const auto typed = [&](std::vector<std::string> words) {
    const Output output = run_program(folder.path(), std::move(words));
    EXPECT_EQ(output.exit_code, 2) << output.err;
    EXPECT_EQ(output.out, "");
    return output.err;
  };
  EXPECT_EQ(typed({"statsu"}),
            "streamrecorder: there is no command \"streamrecorder statsu\"; did you mean streamrecorder "
            "status?\nstreamrecorder --help tells what there is\n");
  EXPECT_NE(typed({"channel", "ad", "x"}).find("did you mean streamrecorder channel add?"),
            std::string::npos);
  EXPECT_EQ(
      typed({"run", "--confg", "x"}),
      "streamrecorder: streamrecorder run has no option --confg; did you mean --config?\nstreamrecorder run "
      "--help tells what there is\n");
  EXPECT_NE(typed({"record", "--no-such-thing=5", "u"}).find("has no option --no-such-thing\n"),
            std::string::npos);
  EXPECT_NE(typed({"channel"}).find("resume"), std::string::npos) << "what it may go on with";
  EXPECT_NE(typed({}).find("doctor"), std::string::npos);
  EXPECT_NE(typed({}).find("First steps: login, target add default CHAT"), std::string::npos);
  EXPECT_EQ(typed({"channel", "add"}),
            "streamrecorder: URL is required\nstreamrecorder channel add --help tells what there is\n");
  const Output version = run_program(folder.path(), {"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, run_program(folder.path(), {"version"}).out);
  EXPECT_NE(run_program(folder.path(), {"help", "record"}).out.find("--duration"), std::string::npos);
}

TEST_F(Errors, WhatIsNoUrlIsRefusedAsUsage) {
  EXPECT_EQ(record("file:///etc/passwd").exit_code, 2);
  EXPECT_EQ(record("--no-such-option").exit_code, 2);
}

TEST_F(Errors, AFullDiskEndsARecordingWithItsCodeAndHarmsNothing) {
  const auto disk = folder / "disk";
  std::filesystem::create_directories(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=600k") != 0)
    GTEST_SKIP() << "needs the right to mount a tmpfs";
  std::ofstream(disk / "other.txt") << "somebody else's";
  sim::Origin origin;
  sim::LiveStream live(origin, {.prefix = "/live/a/1"}, numbered_media(14, 1));
  wait_until_started(live);
  const Output output =
      run_program(folder.path(), {"record", live.playlist_url(), "--out", disk.string()}, seconds(120));
  EXPECT_EQ(output.exit_code, 8) << output.err;
  EXPECT_NE(output.err.find("space"), std::string::npos) << output.err;
  std::string kept;
  std::getline(std::ifstream(disk / "other.txt"), kept);
  EXPECT_EQ(kept, "somebody else's");
  for (const auto& part : files_in(disk, ".part")) ADD_FAILURE() << part << " is half a file";
  umount2(disk.c_str(), MNT_DETACH);
}

class TwitchErrors : public Errors {
 protected:
  sim::SimTwitch twitch;

  void write_config(const std::string& telegram) const {
    write("config.yaml",
          "platform: twitch\n" + telegram +
              "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: "
              "[someone]\n  check_interval: 1\n  offline_grace_period: 2\nrecording: {min_free: "
              "1MB}\nendpoints:\n" +
              testing_support::endpoints_of(twitch) + "\nweb: {listen: \"\"}\n");
  }
};

TEST_F(TwitchErrors, AWrongBotTokenEndsTheFirstStartAndSaysWhichKey) {
  const auto telegram = testing_support::simulated_telegram(folder.path());
  ASSERT_TRUE(telegram);
  write_config("telegram:\n  channel_id: " + std::to_string(telegram->add_channel({})) + "\n" +
               testing_support::way_as_bot(*telegram, "999:wrong"));
  const Output output = run();
  EXPECT_EQ(output.exit_code, 7) << output.err;
  expect_one_line(output, {"telegram.bot_token"});
  EXPECT_EQ(output.err.find("999:wrong"), std::string::npos) << "the token is in the output";
}

TEST_F(TwitchErrors, C67_ASecondInstanceIsRefusedAndNamesTheFirst) {
  twitch.add_channel("someone");
  write_config("");
  std::filesystem::create_directories(folder / "first");
  ProgramRun first(folder / "first", {"run", "--config", (folder / "config.yaml").string()});
  std::this_thread::sleep_for(seconds(2));
  const Output second = run(seconds(20));
  EXPECT_EQ(second.exit_code, 6) << second.err;
  expect_one_line(second, {"pid"});
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait(seconds(10)).exit_code, 143);
}

TEST_F(TwitchErrors, WithoutTelegramTheRecordingStaysInItsFolder) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
  twitch.set_live("someone", "77", "A title: with / odd * letters", "Chess", live.playlist_url());
  write_config("");
  ProgramRun run(folder.path(), {"run", "--config", (folder / "config.yaml").string()});
  const auto recordings = folder / "recordings";
  for (int i = 0; i < 300 && !(std::filesystem::exists(recordings) && !files_in(recordings, ".mp4").empty());
       ++i) {
    if (live.ended()) twitch.set_offline("someone");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  std::this_thread::sleep_for(seconds(1));
  run.signal(SIGTERM);
  EXPECT_EQ(run.wait(seconds(10)).exit_code, 143);
  ASSERT_TRUE(std::filesystem::exists(recordings));
  EXPECT_EQ(frames_in(files_in(recordings, ".mp4")), counting(0, 100));
}

}  // namespace
}  // namespace rec
