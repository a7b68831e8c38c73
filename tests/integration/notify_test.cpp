// The real program tells a webhook, hooks and systemd on loopback what happens; and keeps its secrets.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "manager_socket.hpp"
#include "sim/http/server.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "tests/support/terminal_run.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing_support::EnvironmentOf;
using testing_support::ManagerSocket;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

std::string all_of_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Notifying : public testing::Test {
 protected:
  sim::SimTwitch twitch;
  sim::HttpServer receiver{[](const sim::HttpQuery&) { return sim::text_answer(200, "ok"); }};
  TempFolder folder;

  void write_config(const std::string& more) const {
    std::ofstream(folder / "config.yaml")
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: [someone]\n"
           "  check_interval: 1\n  offline_grace_period: 2\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nweb: {listen: \"\"}\n"
        << more;
  }
  [[nodiscard]] std::vector<std::string> run_arguments() const {
    return {"run", "--config", (folder / "config.yaml").string()};
  }
  [[nodiscard]] std::vector<std::string> events_at(const std::string& path) const {
    std::vector<std::string> events;
    for (const auto& request : receiver.requests(path))
      events.emplace_back(json::parse(request.body).as_object().at("event").as_string());
    return events;
  }
  static bool wait_until(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + seconds(90);
    while (!done() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds(100));
    return done();
  }
  [[nodiscard]] json::array incidents() const {
    const auto told =
        run_program(folder.path(), {"status", "--json", "--config", (folder / "config.yaml").string()});
    return json::parse(told.out).as_object().at("incidents").as_array();
  }
};

TEST_F(Notifying, AStreamIsToldToAWebhookAndToHooksFromItsBeginningToItsEnd) {
  write_config(
      "recording: {min_free: 1MB}\nnotify:\n  - webhook: " + receiver.url("/told") +
      "\n    secret: k3y\n    events: [session.started, part.ready, session.done]\n  - heartbeat_url: " +
      receiver.url("/beat") + "\nhooks:\n  session.done: [/bin/sh, -c, \"cat >> " +
      (folder / "hook.json").string() + "\"]\n  part.ready: [/bin/false]\n");
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  std::filesystem::create_directories(folder / "daemon");
  ProgramRun run(folder / "daemon", run_arguments());
  while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
  twitch.set_offline("someone");
  EXPECT_TRUE(wait_until([&] {
    return events_at("/told").size() >= 3 && std::filesystem::exists(folder / "hook.json") &&
           all_of_file(folder / "hook.json").ends_with("\n");
  }));
  run.signal(SIGTERM);
  const auto ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_EQ(events_at("/told"), (std::vector<std::string>{"session.started", "part.ready", "session.done"}));
  EXPECT_THAT(receiver.requests("/told").front().header("x-signature-256"), HasSubstr("sha256="));
  const auto hook = json::parse(all_of_file(folder / "hook.json")).as_object();
  EXPECT_EQ(hook.at("event").as_string(), "session.done");
  const auto& part = hook.at("parts").as_array().at(0).as_object();
  EXPECT_TRUE(std::filesystem::exists(std::string(part.at("path").as_string())));
  EXPECT_GE(receiver.hits("/beat"), 1U);
  EXPECT_THAT(ended.err, HasSubstr("/bin/false ended with 1")) << "a hook that fails holds nothing up";
}

TEST_F(Notifying, AnIncidentIsToldOnceAcrossRestartsAndShownWithItsCure) {
  std::ofstream(folder / "cookies.txt") << ".twitch.tv\tTRUE\t/\tTRUE\t1000000000\tauth-token\tx\n";
  std::filesystem::permissions(folder / "cookies.txt", std::filesystem::perms::owner_read);
  write_config("recording: {min_free: 1MB, cookies_file: cookies.txt}\nnotify: [{webhook: \"" +
               receiver.url("/told") + "\"}]\n");
  std::filesystem::create_directories(folder / "daemon");
  for (int i = 0; i < 2; ++i) {
    ProgramRun run(folder / "daemon", run_arguments());
    EXPECT_TRUE(wait_until([&] { return receiver.hits("/told") >= 1; }));
    std::this_thread::sleep_for(seconds(3));
    const auto list = incidents();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].as_object().at("kind").as_string(), "cookies");
    EXPECT_THAT(std::string(list[0].as_object().at("cure").as_string()),
                HasSubstr("export the cookies again"));
    EXPECT_TRUE(list[0].as_object().at("over_at").is_null());
    run.signal(SIGTERM);
    EXPECT_EQ(run.wait(seconds(20)).exit_code, 143);
  }
  EXPECT_EQ(receiver.hits("/told"), 1U);
  EXPECT_EQ(incidents().size(), 1U) << "without a daemon, too";
}

TEST_F(Notifying, AKilledProgramTellsThatItIsBack) {
  write_config("recording: {min_free: 1MB}\nnotify: [{webhook: \"" + receiver.url("/told") + "\"}]\n");
  std::filesystem::create_directories(folder / "daemon");
  {
    ProgramRun run(folder / "daemon", run_arguments());
    EXPECT_TRUE(wait_until([&] { return std::filesystem::exists(folder / "data/notices.json"); }));
    run.signal(SIGKILL);
    run.wait();
  }
  ProgramRun run(folder / "daemon", run_arguments());
  EXPECT_TRUE(wait_until([&] { return receiver.hits("/told") >= 1; }));
  EXPECT_THAT(receiver.requests("/told").back().body, HasSubstr("program.came_back"));
  run.signal(SIGTERM);
  EXPECT_EQ(run.wait(seconds(20)).exit_code, 143);
}

TEST_F(Notifying, SystemdHearsOfReadinessSignsOfLifeAndTheEndAndTheJournalGetsPriorities) {
  write_config("recording: {min_free: 1MB}\nlogging: {file: \"\"}\n");
  std::filesystem::create_directories(folder / "daemon");
  std::ofstream(folder / "daemon/stderr.txt") << "";
  struct stat info{};
  ASSERT_EQ(::stat((folder / "daemon/stderr.txt").c_str(), &info), 0);
  ManagerSocket manager(folder / "manager.sock");
  const EnvironmentOf socket("NOTIFY_SOCKET", (folder / "manager.sock").string());
  const EnvironmentOf watchdog("WATCHDOG_USEC", "400000");
  const EnvironmentOf journal("JOURNAL_STREAM",
                              std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino));
  ProgramRun run(folder / "daemon", run_arguments());
  const auto signs = [&] {
    const std::string heard = manager.heard();
    std::size_t count = 0;
    for (std::size_t at = heard.find("WATCHDOG=1"); at != std::string::npos;
         at = heard.find("WATCHDOG=1", at + 1))
      ++count;
    return count;
  };
  EXPECT_TRUE(wait_until([&] { return signs() >= 3; }));
  EXPECT_THAT(manager.heard(), HasSubstr("READY=1"));
  // A hang of the thread that decides is silence.
  run.signal(SIGSTOP);
  std::this_thread::sleep_for(milliseconds(300));
  const std::size_t before = signs();
  std::this_thread::sleep_for(seconds(2));
  EXPECT_EQ(signs(), before);
  run.signal(SIGCONT);
  run.signal(SIGTERM);
  const auto ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_THAT(manager.heard(), HasSubstr("STOPPING=1"));
  EXPECT_THAT(ended.err, HasSubstr("<6>program.started channels=1\n"));
}

TEST_F(Notifying, ATerminalThatIsClosedEndsTheProgramAsATerminationDoes) {
  write_config("recording: {min_free: 1MB}\n");
  testing_support::TerminalRun run(run_arguments());
  EXPECT_TRUE(wait_until([&] { return std::filesystem::exists(folder / "data/notices.json"); }));
  run.hang_up();
  EXPECT_EQ(run.wait(), 129);
  EXPECT_THAT(all_of_file(folder / "logs/recorder.log"), HasSubstr("program.stopped"));
}

}  // namespace
}  // namespace rec
