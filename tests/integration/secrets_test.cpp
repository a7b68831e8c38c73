// Secrets of the configuration are nowhere to be found but where they belong: not in what is logged, printed,
// kept or passed to children as arguments.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <set>
#include <sstream>

#include "live_page.hpp"
#include "sim/http/server.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

/// Each secret of the configuration holds one of these words and no other text of the test does.
const std::vector<std::string> kCanaries{
    "canaryclientsecret", "canaryoauth", "canaryproxyword", "canarywebhook", "canarysignature", "canaryntfy",
    "canarytoken",        "canarybeat",  "canarycookie",    "canaryenviron", "canaryhash",      "canarybot"};

std::string file_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::set<std::string> canaries_in(const std::string& text) {
  std::set<std::string> found;
  for (const std::string& canary : kCanaries) {
    if (text.find(canary) != std::string::npos) found.insert(canary);
  }
  return found;
}

/// Looks at the arguments of all processes, and at the environment of those that run in our folder's name,
/// again and again.
class ArgumentWatch {
 public:
  explicit ArgumentWatch(pid_t self) : self_(self) {}
  ~ArgumentWatch() { stop(); }
  ArgumentWatch(const ArgumentWatch&) = delete;
  ArgumentWatch& operator=(const ArgumentWatch&) = delete;
  std::set<std::string> stop() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
    return found_;
  }

 private:
  void look() {
    while (!over_) {
      std::error_code error;
      for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos || name == std::to_string(self_))
          continue;
        for (const std::string& canary : canaries_in(file_text(entry.path() / "cmdline")))
          found_.insert(canary);
      }
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
  pid_t self_;
  std::atomic<bool> over_{false};
  std::set<std::string> found_{};
  std::thread thread_{[this] { look(); }};
};

TEST(Secrets, AreNotLoggedNotKeptNotShownAndNoArguments) {
  sim::SimTwitch twitch({.client_secret = "canaryclientsecret"});
  sim::HttpServer refusing{[](const sim::HttpQuery&) { return sim::text_answer(403, "no"); }};
  const TempFolder folder;
  std::ofstream(folder / "cookies.txt")
      << ".twitch.tv\tTRUE\t/\tTRUE\t1000000000\tauth-token\tcanarycookie\n";
  // Everything that can fail does, so that errors are made of it all.
  std::ofstream(folder / "config.yaml")
      << "twitch:\n  client_id: simulatedclient\n  client_secret: canaryclientsecret\n  oauth_token: "
         "canaryoauth\n"
         "  channels: [someone]\n  check_interval: 1\n  offline_grace_period: 2\n"
         "telegram: {api_hash: canaryhash, bot_token: \"1:canarybot\"}\n"
         "channels:\n  - {url: \""
      << refusing.url("/live.m3u8") << "\", proxy: \"http://user:canaryproxyword@127.0.0.1:9\"}\n  - {url: \""
      << refusing.url("/page") << "\", proxy: \"http://user:canaryproxyword@" << refusing.url().substr(7)
      << "\", cookies_file: cookies.txt}\n"
      << "recording: {min_free: 1MB}\nlogging: {level: debug}\nendpoints:\n"
      << testing_support::endpoints_of(twitch)
      << "\nweb: {listen: \"\"}\nnotify:\n  - webhook: " << refusing.url("/canarywebhook?x=canarywebhook")
      << "\n    secret: canarysignature\n    events: [session.started]\n"
      << "  - ntfy: " << refusing.url("/canaryntfy")
      << "\n    token: canarytoken\n    events: [session.started]\n"
      << "  - heartbeat_url: http://127.0.0.1:9/canarybeat\n  - heartbeat_url: "
      << refusing.url("/canarybeat") << "\nhooks:\n  session.started: [/bin/sh, -c, \"cd "
      << folder.path().string() << "; env > hook.env; ls /proc/self/fd > hook.fds; exit 3\"]\n";
  setenv("CANARY", "canaryenviron", 1);
  ArgumentWatch arguments(getpid());
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(8, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  std::filesystem::create_directories(folder / "daemon");
  const std::string config = (folder / "config.yaml").string();
  ProgramRun run(folder / "daemon", {"run", "--config", config, "--log-level", "debug"});
  const auto until = std::chrono::steady_clock::now() + seconds(60);
  const auto failed = [&] {
    const std::string log = file_text(folder / "daemon/stderr.txt");
    return log.find("notice.failed") != std::string::npos &&
           log.find("heartbeat.failed") != std::string::npos;
  };
  while (!(live.ended() && failed()) && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(100));
  EXPECT_TRUE(failed()) << file_text(folder / "daemon/stderr.txt");
  const auto status = run_program(folder.path(), {"status", "--json", "--config", config});
  EXPECT_EQ(status.exit_code, 0) << status.err;
  const auto shown = run_program(folder.path(), {"config", "show", "--config", config});
  run.signal(SIGABRT);  // what a crash leaves behind, too
  const auto ended = run.wait(seconds(20));
  unsetenv("CANARY");
  const std::set<std::string> none;
  EXPECT_EQ(canaries_in(ended.err + ended.out), none) << ended.err;
  EXPECT_EQ(canaries_in(status.out + status.err), none);
  EXPECT_EQ(canaries_in(shown.out + shown.err), none);
  EXPECT_EQ(arguments.stop(), none);
  EXPECT_NE(file_text(folder / "hook.env").find("STREAMRECORDER_EVENT=session.started"), std::string::npos);
  EXPECT_EQ(file_text(folder / "hook.fds"), "0\n1\n2\n3\n")
      << "the standard ones, and the folder that ls reads";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    const auto name = entry.path().filename();
    if (!entry.is_regular_file() || name == "config.yaml" || name == "cookies.txt") continue;
    EXPECT_EQ(canaries_in(file_text(entry.path())), none) << entry.path();
  }
}

}  // namespace
}  // namespace rec
