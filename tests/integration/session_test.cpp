// `session` as people use it: beside the daemon that records, and for the next one.
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
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::json_answer;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

class SessionCommand : public testing::Test {
 protected:
  SessionCommand() {
    std::filesystem::create_directories(folder / "daemon");
    std::ofstream(folder / "config.yaml")
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: [someone]"
           "\n  check_interval: 1\n  offline_grace_period: 3\n"
           "recording: {part_duration: 4s, min_free: 1MB}\n"
           "endpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nweb: {listen: \"\"}\n";
    twitch.add_channel("someone");
  }
  [[nodiscard]] Output session(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "session");
    arguments.insert(arguments.end(), {"--config", (folder / "config.yaml").string()});
    return run_program(folder.path(), std::move(arguments), seconds(60));
  }
  [[nodiscard]] json::object asked(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    return json_answer(session(std::move(arguments)));
  }
  [[nodiscard]] json::array listed() const { return asked({"list"}).at("sessions").as_array(); }
  [[nodiscard]] bool newest_is(const char* status) const {
    const json::array all = listed();
    return !all.empty() && all[0].at("status").as_string() == status;
  }
  [[nodiscard]] std::unique_ptr<ProgramRun> daemon() const {
    return std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string(),
                                                    "--log-level", "debug"});
  }
  template <class Condition>
  void until(const char* what, Condition condition) const {
    for (int i = 0; i < 300; ++i) {
      if (condition()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ADD_FAILURE() << "it never came to " << what << ": " << json::serialize(listed());
  }
  [[nodiscard]] std::vector<std::filesystem::path> recorded() const {
    const auto where = folder / "recordings";
    return std::filesystem::exists(where) ? files_in(where, ".mp4") : std::vector<std::filesystem::path>();
  }

  TempFolder folder;
  sim::SimTwitch twitch;
};

TEST_F(SessionCommand, AStoppedBroadcastIsFinishedAndNotTakenUpAgainAndTheNextOneIs) {
  EXPECT_EQ(session({"list"}).out, "no sessions\n");
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 40}, numbered_media(120, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  auto run = daemon();
  until("a part", [&] { return newest_is("recording") && recorded().size() >= 1; });
  const json::object told = asked({"stop", "someone"});
  EXPECT_TRUE(told.at("changed").as_bool());
  EXPECT_TRUE(told.at("running").as_bool());
  until("the end", [&] { return newest_is("done"); });
  const auto frames = frames_in(recorded());
  EXPECT_GT(frames.size(), 25U);
  EXPECT_EQ(frames,
            testing_support::counting(frames.empty() ? 0 : frames[0], static_cast<int>(frames.size())));
  // Still live, and looked at every second; also after a restart.
  run->signal(SIGTERM);
  run->wait(seconds(30));
  run = daemon();
  std::this_thread::sleep_for(seconds(4));
  EXPECT_EQ(listed().size(), 1U);
  sim::LiveStream next(twitch.origin(), {.prefix = "/live/someone/2", .window = 40}, numbered_media(120, 1));
  twitch.set_live("someone", "78", "Another", "Chess", next.playlist_url());
  until("another session", [&] {
    const json::array all = listed();
    return all.size() == 2U && all[0].at("parts").to_number<int>() >= 1;
  });
  EXPECT_EQ(asked({"details", "last"}).at("title").as_string(), "Another");
  EXPECT_EQ(session({"stop", "0"}).exit_code, 2) << "several begin so";
  EXPECT_EQ(session({"stop", "nobody"}).exit_code, 1);
  EXPECT_TRUE(asked({"cancel", "last"}).at("changed").as_bool());
  until("an error", [&] { return newest_is("error"); });
  run->signal(SIGTERM);
  run->wait(seconds(30));
  const json::object again = asked({"clear-flags", "last"});
  EXPECT_FALSE(again.at("running").as_bool());
  EXPECT_TRUE(again.at("changed").as_bool());
  run = daemon();
  until("the end", [&] { return newest_is("done"); });
  run->signal(SIGTERM);
  run->wait(seconds(30));
}

}  // namespace
}  // namespace rec
