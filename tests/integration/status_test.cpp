// `status` and `doctor` as people run them: beside a daemon that records a simulated Twitch, and without one.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

#include <boost/json.hpp>

#include "control/unix_address.hpp"
#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "tests/support/json_answer.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using testing_support::json_answer;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

class Status : public testing::Test {
 protected:
  Status() {
    std::filesystem::create_directories(folder / "daemon");
    std::ofstream(folder / "config.yaml")
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
           "  channels: [someone, nobody]\n  check_interval: 1\n  offline_grace_period: 60\n"
           "recording: {part_duration: 4s, min_free: 1MB}\n"
           "endpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nweb: {listen: \"\"}\n";
    twitch.add_channel("nobody");
  }
  [[nodiscard]] Output command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", (folder / "config.yaml").string()});
    return run_program(folder.path(), std::move(arguments), seconds(60));
  }
  [[nodiscard]] std::unique_ptr<ProgramRun> daemon() const {
    return std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string(),
                                                    "--log-level", "debug"});
  }
  [[nodiscard]] json::object status() const { return json_answer(command({"status", "--json"})); }
  /// Asks until it is so, for as long as a loaded machine may need.
  template <class Condition>
  json::object status_when(Condition condition) const {
    json::object last;
    for (int i = 0; i < 200; ++i) {
      last = status();
      if (condition(last)) return last;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ADD_FAILURE() << "it never came to that: " << json::serialize(last);
    return last;
  }
  static bool has_parts(const json::object& told, std::size_t parts) {
    const auto& sessions = told.at("sessions").as_array();
    return !sessions.empty() && sessions[0].at("parts").as_array().size() >= parts;
  }

  TempFolder folder;
  sim::SimTwitch twitch;
};

TEST_F(Status, OfARunningDaemonSaysWhatIsRecordedAndThatNothingIsMissing) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(40, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  const auto run = daemon();
  const auto told =
      status_when([](const json::object& now) { return now.at("running").as_bool() && has_parts(now, 1); });
  const auto& channels = told.at("channels").as_array();
  ASSERT_EQ(channels.size(), 2u);
  EXPECT_EQ(channels[0].at("name").as_string(), "someone");
  EXPECT_EQ(channels[0].at("status").as_string(), "recording");
  EXPECT_EQ(channels[0].at("title").as_string(), "A title");
  EXPECT_EQ(channels[1].at("status").as_string(), "offline");
  const auto& session = told.at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("id").as_string(), channels[0].at("session").as_string());
  EXPECT_GT(session.at("recorded_s").to_number<double>(), 0);
  EXPECT_EQ(session.at("missing_s").to_number<double>(), 0);
  EXPECT_TRUE(session.at("gaps").as_array().empty());
  EXPECT_FALSE(session.at("last_segment_at").is_null());
  EXPECT_EQ(told.at("queues").at("failing").as_array().size(), 0u);

  const Output text = command({"status"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  for (const char* word :
       {"twitch:someone", "recording", "A title", "gaps: 0 s", "nobody", "offline", "pid"}) {
    EXPECT_NE(text.out.find(word), std::string::npos) << "no \"" << word << "\" in: " << text.out;
  }
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait(seconds(20)).exit_code, 143);
  EXPECT_FALSE(std::filesystem::exists(folder / "data/control.sock")) << "the socket goes with the program";
}

TEST_F(Status, WithoutADaemonIsWhatTheLastOneLeftAndNothingIsCreated) {
  const auto before = status();
  EXPECT_FALSE(before.at("running").as_bool());
  EXPECT_EQ(before.at("channels").as_array().size(), 2u);
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));

  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(40, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  {
    const auto run = daemon();
    status_when([](const json::object& now) { return now.at("running").as_bool() && has_parts(now, 1); });
  }  // kill -9: the socket file stays
  EXPECT_TRUE(std::filesystem::exists(folder / "data/control.sock"));
  const auto after = status();
  EXPECT_FALSE(after.at("running").as_bool());
  EXPECT_GE(after.at("sessions").at(0).at("parts").as_array().size(), 1u);
  const Output text = command({"status"});
  EXPECT_NE(text.out.find("does not run"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("interrupted"), std::string::npos) << text.out;
}

TEST_F(Status, AskedAllTheTimeKeepsNoRunFromStarting) {
  const auto run = daemon();
  bool ran = false;
  for (int i = 0; i < 200 && !ran; ++i) ran = status().at("running").as_bool();
  EXPECT_TRUE(ran);
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait(seconds(20)).exit_code, 143);
}

TEST_F(Status, TheSocketIsPrivateAndRubbishDoesNotHurtTheDaemon) {
  const auto run = daemon();
  status_when([](const json::object& now) { return now.at("running").as_bool(); });
  const std::string path = folder / "data/control.sock";
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  std::vector<Fd> silent;
  for (int i = 0; i < 20; ++i) {
    auto connection = control::connect_to(path);
    ASSERT_TRUE(connection) << connection.error().text;
    const std::string rubbish(static_cast<std::size_t>(i) * 5000, static_cast<char>(i));
    (void)!::send(connection->get(), rubbish.data(), rubbish.size(), MSG_NOSIGNAL);
    silent.push_back(*std::move(connection));
  }
  EXPECT_TRUE(status().at("running").as_bool());
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait(seconds(20)).exit_code, 143);
}

TEST_F(Status, WithoutAConfigurationSaysWhichFileItWants) {
  const Output output = run_program(folder.path(), {"status", "--config", (folder / "none.yaml").string()});
  EXPECT_EQ(output.exit_code, 4);
  EXPECT_NE(output.err.find("none.yaml"), std::string::npos) << output.err;
}

TEST_F(Status, DoctorFindsWhatIsWrongAndEndsWithOne) {
  const Output well = command({"doctor", "--json"});
  EXPECT_EQ(well.exit_code, 0) << well.out << well.err;
  const auto told = json::parse(well.out).as_object();
  EXPECT_EQ(told.at("errors").to_number<int>(), 0);
  std::set<std::string> checks;
  for (const auto& finding : told.at("findings").as_array())
    checks.insert(std::string(finding.at("check").as_string()));
  for (const char* check :
       {"config", "folder", "disk", "network", "media", "ytdlp", "javascript", "ffmpeg", "twitch"}) {
    EXPECT_TRUE(checks.contains(check)) << check;
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "data")) << "it only looks";

  std::ofstream(folder / "config.yaml", std::ios::app) << "proxy: http://127.0.0.1:1\n";
  const Output ill = command({"doctor"});
  EXPECT_EQ(ill.exit_code, 1) << ill.out;
  EXPECT_NE(ill.out.find("✗"), std::string::npos) << ill.out;
  EXPECT_NE(ill.out.find("→"), std::string::npos) << "each with its cure: " << ill.out;
}

TEST_F(Status, DoctorLooksAtTheDefaultsWhereThereIsNoConfiguration) {
  const auto empty = folder / "empty";
  std::filesystem::create_directories(empty);
  const auto there = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"-C", empty.string(), REC_BINARY});
    return ProgramRun(folder.path(), std::move(words), "/usr/bin/env").wait();
  };
  const Output added = there({"channel", "add", "http://127.0.0.1:9/some.m3u8"});
  ASSERT_EQ(added.exit_code, 0) << added.err;
  const Output output = there({"doctor", "--json"});
  const json::object told = json::parse(output.out).as_object();
  for (const auto& finding : told.at("findings").as_array()) {
    if (finding.at("check") != "config") continue;
    EXPECT_EQ(finding.at("level").as_string(), "ok") << json::serialize(finding);
    EXPECT_EQ(finding.at("text").as_string(),
              "no configuration file: the defaults count, and what commands said");
  }
  EXPECT_NE(output.out.find((empty / "data").string()), std::string::npos) << "where it would keep its data";
}

TEST_F(Status, DoctorTellsEveryMistakeOfAConfigurationThatDoesNotLoad) {
  std::ofstream(folder / "config.yaml") << "platfrom: twitch\nlanguage: xx\n";
  const Output output = command({"doctor", "--json"});
  EXPECT_EQ(output.exit_code, 1);
  const auto told = json::parse(output.out).as_object();
  EXPECT_EQ(told.at("errors").to_number<int>(), 2) << output.out;
}

}  // namespace
}  // namespace rec
