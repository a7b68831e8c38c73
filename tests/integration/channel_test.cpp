// `channel` as people use it: a link is sent and it records, in the daemon that runs and for the next one.
#include <algorithm>
#include <fstream>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "tests/support/json_answer.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::json_answer;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

class ChannelCommand : public testing::Test {
 protected:
  ChannelCommand() {
    std::filesystem::create_directories(folder / "daemon");
    write_config("channels: [anchor]");
    twitch.add_channel("anchor");
    twitch.add_channel("someone");
  }
  void write_config(const std::string& channels) const {
    std::ofstream(folder / "config.yaml")
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  " << channels
        << "\n  check_interval: 1\n  offline_grace_period: 3\n"
           "recording: {part_duration: 4s, min_free: 1MB}\n"
           "endpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nweb: {listen: \"\"}\n";
  }
  [[nodiscard]] Output command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", (folder / "config.yaml").string()});
    return run_program(folder.path(), std::move(arguments), seconds(60));
  }
  Output channel(std::vector<std::string> arguments, int expected = 0) const {
    arguments.insert(arguments.begin(), "channel");
    Output output = command(arguments);
    EXPECT_EQ(output.exit_code, expected) << arguments[1] << ": " << output.out << output.err;
    return output;
  }
  [[nodiscard]] std::unique_ptr<ProgramRun> daemon() const {
    auto run = std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string(),
                                                    "--log-level", "debug"});
    until([&] { return asked({"status", "--json"}).at("running").as_bool(); });
    return run;
  }
  static void stop(ProgramRun& run) {
    run.signal(SIGTERM);
    EXPECT_EQ(run.wait(seconds(30)).exit_code, 143);
  }
  [[nodiscard]] json::object asked(std::vector<std::string> arguments) const {
    return json_answer(command(std::move(arguments)));
  }
  [[nodiscard]] json::object listed(const std::string& id) const {
    const json::object list = asked({"channel", "list", "--json"});
    for (const auto& each : list.at("channels").as_array()) {
      if (each.at("id").as_string() == id) return each.as_object();
    }
    return {};
  }
  template <class Condition>
  static void until(Condition condition) {
    for (int i = 0; i < 300; ++i) {
      if (condition()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ADD_FAILURE() << "it never came to that";
  }
  void until_status(const std::string& id, const std::string& word) const {
    until([&] {
      const json::object now = listed(id);
      return now.contains("status") && now.at("status").as_string() == word;
    });
  }
  void until_parts(std::size_t parts) const {
    until([&] { return recorded().size() >= parts; });
  }
  [[nodiscard]] std::vector<std::filesystem::path> recorded() const {
    const auto where = folder / "recordings";
    return std::filesystem::exists(where) ? files_in(where, ".mp4") : std::vector<std::filesystem::path>();
  }
  [[nodiscard]] bool has_session() const {
    return !asked({"status", "--json"}).at("sessions").as_array().empty();
  }

  TempFolder folder;
  sim::SimTwitch twitch;
};

bool says(const Output& output, const std::string& text) {
  return (output.out + output.err).find(text) != std::string::npos;
}

TEST_F(ChannelCommand, ALinkThatIsSentWhileTheDaemonRunsIsRecordedAtOnceAndAfterARestart) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 40}, numbered_media(8, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  auto run = daemon();
  const Output added = channel({"add", "https://www.twitch.tv/Someone?referrer=x"});
  EXPECT_TRUE(says(added, "added twitch:someone: the Twitch channel someone")) << added.out;
  EXPECT_FALSE(says(added, "does not run"));
  until_status("twitch:someone", "recording");
  EXPECT_TRUE(says(channel({"add", "twitch.tv/someone"}), "watched already"));
  EXPECT_FALSE(listed("twitch:someone").at("looked_at").is_null());
  EXPECT_EQ(listed("twitch:someone").at("source").as_string(), "command");
  EXPECT_EQ(listed("twitch:anchor").at("source").as_string(), "config");
  run->signal(SIGKILL);
  run->wait(seconds(10));
  run = daemon();
  until([&] { return live.ended(); });
  twitch.set_offline("someone");
  until([&] { return frames_in(recorded()) == counting(0, 8 * 25); });
  stop(*run);
}

TEST_F(ChannelCommand, WithoutADaemonItIsKeptForTheNextOneAndNoConfigurationIsNeeded) {
  const TempFolder empty;
  const auto alone = [&](std::vector<std::string> arguments) {
    // The program looks in the current folder; what is found elsewhere on this machine is none of ours.
    ::setenv("XDG_CONFIG_HOME", (empty / "none").c_str(), 1);
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(empty.path());
    Output output = run_program(folder.path(), std::move(arguments), seconds(60));
    std::filesystem::current_path(before);
    return output;
  };
  EXPECT_EQ(alone({"channel", "add", "not a link"}).exit_code, 2);
  EXPECT_TRUE(std::filesystem::is_empty(empty.path())) << "nothing is made for what is wrong";
  EXPECT_EQ(alone({"channel", "list"}).exit_code, 0);
  EXPECT_EQ(alone({"run"}).exit_code, 4) << "nothing says that a program is wanted here";
  const Output added = alone({"channel", "add", "https://youtube.com/@Some.One/streams"});
  EXPECT_EQ(added.exit_code, 0) << added.err;
  EXPECT_TRUE(says(added, "the YouTube channel @Some.One")) << added.out;
  EXPECT_TRUE(says(added, "does not run"));
  EXPECT_TRUE(says(alone({"channel", "list"}), "youtube:@Some.One"));
  EXPECT_TRUE(says(alone({"status"}), "youtube:@Some.One"));
}

TEST_F(ChannelCommand, DoctorMissesNoChannelWhereOneWasAdded) {
  write_config("channels: []");
  EXPECT_TRUE(says(command({"doctor"}), "no channel to watch"));
  channel({"add", "twitch.tv/someone"});
  EXPECT_FALSE(says(command({"doctor"}), "no channel to watch"));
}

TEST_F(ChannelCommand, DoctorLooksAtWhatAChannelThatWasAddedNeeds) {
  channel({"add", "twitch.tv/someone"});
  for (const char* name : {"someone", "anchor"}) {
    const std::string cookies = (folder / (std::string(name) + "-cookies.txt")).string();
    channel({"set", name, "cookies_file=" + cookies});
    const Output doctor = command({"doctor"});
    EXPECT_TRUE(says(doctor, cookies)) << doctor.out;
  }
}

TEST_F(ChannelCommand, AProgramWithoutChannelsRunsAndTakesTheFirstOne) {
  write_config("channels: []");
  auto run = daemon();
  EXPECT_TRUE(asked({"status", "--json"}).at("channels").as_array().empty());
  channel({"add", "twitch.tv/someone"});
  until_status("twitch:someone", "offline");
  until([&] { return !listed("twitch:someone").at("looked_at").is_null(); });
  stop(*run);
}

TEST_F(ChannelCommand, APausedOneIsRecordedToItsEndAndThenNotWatchedAlsoAfterARestart) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 40}, numbered_media(12, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  auto run = daemon();
  channel({"add", "twitch.tv/someone"});
  until_status("twitch:someone", "recording");
  const Output paused = channel({"pause", "someone"});
  EXPECT_TRUE(says(paused, "goes on to its end")) << paused.out;
  EXPECT_TRUE(listed("twitch:someone").at("paused").as_bool());
  run->signal(SIGKILL);
  run->wait(seconds(10));
  run = daemon();
  until([&] { return live.ended(); });
  twitch.set_offline("someone");
  until([&] { return frames_in(recorded()) == counting(0, 12 * 25); });
  until_status("twitch:someone", "offline");
  sim::LiveStream next(twitch.origin(), {.prefix = "/live/someone/2"}, numbered_media(20, 1));
  twitch.set_live("someone", "78", "Another", "Chess", next.playlist_url());
  std::this_thread::sleep_for(seconds(4));
  EXPECT_EQ(listed("twitch:someone").at("status").as_string(), "offline");
  EXPECT_TRUE(says(channel({"resume", "someone"}), "resumed twitch:someone"));
  until_status("twitch:someone", "recording");
  stop(*run);
}

TEST_F(ChannelCommand, ARemovedOneIsFinishedAndItsHistoryStays) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(60, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  auto run = daemon();
  channel({"add", "twitch.tv/someone"});
  until_parts(1);
  channel({"remove", "someone"});
  until([&] {
    const auto told = asked({"status", "--json"});
    const auto& sessions = told.at("sessions").as_array();
    return !sessions.empty() && sessions[0].at("status").as_string() == "done";
  });
  const auto frames = frames_in(recorded());
  EXPECT_FALSE(frames.empty());
  EXPECT_EQ(frames, counting(0, static_cast<int>(frames.size())));
  EXPECT_TRUE(listed("twitch:someone").empty());
  EXPECT_TRUE(says(channel({"remove", "someone"}, 1), "no channel someone"));
  stop(*run);
  EXPECT_TRUE(has_session());
}

TEST_F(ChannelCommand, OneOfTheConfigurationCannotBeRemovedButPausedAndThatStays) {
  const Output refused = channel({"remove", "anchor"}, 1);
  EXPECT_TRUE(says(refused, "stands in config.yaml: delete it there, or `streamrecorder channel pause"))
      << refused.err;
  channel({"pause", "anchor"});
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/anchor/1"}, numbered_media(20, 1));
  twitch.set_live("anchor", "77", "A title", "Chess", live.playlist_url());
  auto run = daemon();
  std::this_thread::sleep_for(seconds(3));
  EXPECT_FALSE(has_session());
  EXPECT_TRUE(says(command({"status"}), "twitch:anchor  paused"));
  channel({"add", "twitch.tv/anchor"});  // a link that is sent again says: record it
  until_status("twitch:anchor", "recording");
  stop(*run);
}

TEST_F(ChannelCommand, WhatAFilterDeniesIsToldAndRecordedOnceItsTitleChanges) {
  auto run = daemon();
  channel({"add", "twitch.tv/someone"});
  const Output set = channel({"set", "someone", "title_deny=rerun|повтор", "quality=best"});
  EXPECT_TRUE(says(set, "title_deny is rerun|повтор")) << set.out;
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(60, 1));
  twitch.set_live("someone", "77", "ПОВТОР of friday", "Chess", live.playlist_url());
  until([&] { return !listed("twitch:someone").at("note").is_null(); });
  EXPECT_EQ(listed("twitch:someone").at("note").as_string(),
            "live, not recorded: title_deny rerun|повтор: the title is \"ПОВТОР of friday\"");
  EXPECT_TRUE(says(command({"status"}), "not recorded: title_deny"));
  run->signal(SIGKILL);
  run->wait(seconds(10));
  run = daemon();
  until([&] { return !listed("twitch:someone").at("note").is_null(); });
  EXPECT_FALSE(has_session());
  twitch.set_live("someone", "77", "Live again", "Chess", live.playlist_url());
  until_status("twitch:someone", "recording");
  EXPECT_TRUE(listed("twitch:someone").at("note").is_null());
  twitch.set_live("someone", "77", "rerun", "Chess", live.playlist_url());
  std::this_thread::sleep_for(seconds(3));
  EXPECT_EQ(listed("twitch:someone").at("status").as_string(), "recording") << "what began goes on";
  channel({"set", "someone", "title_deny="});
  EXPECT_FALSE(listed("twitch:someone").at("overrides").as_object().contains("title_deny"));
  EXPECT_TRUE(listed("twitch:someone").at("overrides").as_object().contains("quality"));
  stop(*run);
}

TEST_F(ChannelCommand, WhatIsTypedWrongIsExplainedAndChangesNothing) {
  for (const bool running : {false, true}) {
    std::unique_ptr<ProgramRun> run;
    if (running) run = daemon();
    EXPECT_TRUE(says(channel({"add", "someone"}, 2), "for Twitch write twitch.tv/someone"));
    EXPECT_TRUE(says(channel({"add", "@someone"}, 2), "youtube.com/@someone"));
    EXPECT_TRUE(says(channel({"add", "ftp://example.org/x"}, 2), "not an http or https URL"));
    EXPECT_TRUE(says(channel({"pause", "ancor"}, 1), "did you mean anchor?"));
    EXPECT_TRUE(
        says(channel({"set", "anchor", "qualty=x"}, 2), "qualty: unknown key; did you mean quality?"));
    const Output two = channel({"set", "anchor", "quality=720p", "hours=25", "title_filter=("}, 2);
    EXPECT_TRUE(says(two, "twitch:anchor: hours: \"25\" is no window; write 18:00-02:00")) << two.err;
    EXPECT_TRUE(says(two, "twitch:anchor: title_filter: not a regular expression")) << two.err;
    EXPECT_TRUE(says(channel({"set", "anchor", "target=mian"}, 2), "no target \"mian\""));
    EXPECT_TRUE(says(channel({"set", "anchor", "enabled=no"}, 2), "channel pause"));
    EXPECT_TRUE(says(channel({"set", "anchor", "quality"}, 2), "write KEY=VALUE"));
    channel({"set", "anchor"}, 2);
    channel({"shrink", "anchor"}, 2);
    EXPECT_TRUE(listed("twitch:anchor").at("overrides").as_object().empty());
    if (run) stop(*run);
  }
}

}  // namespace
}  // namespace rec
