// docs/first-hour.md as its reader goes through it: each command is typed as it stands there, what the
// document says is looked for on the terminal, and in the end a stream is recorded and posted.
//
// With REC_FIRST_HOUR_ROOT=FOLDER it is done below that folder, a Debian with the package installed
// (tools/test-package), as the service's own user.
#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <regex>

#include "app/settings_of.hpp"
#include "base/version.hpp"
#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/terminal_run.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::TempFolder;
using testing_support::TerminalRun;

constexpr const char* kInstalled = "/etc/streamrecorder/config.yaml";

/// A command of the document, and the lines that are to be seen then; … stands for anything.
struct HourStep {
  std::string command{};
  std::vector<std::string> shown{};
  bool operator==(const HourStep&) const = default;
};

std::string hour_file(const std::string& path) {
  return test::read_bytes(std::string(REC_SOURCE_DIR) + "/" + path);
}

std::vector<HourStep> steps_in(const std::string& path) {
  std::vector<HourStep> steps;
  std::istringstream text(hour_file(path));
  std::string line, block;
  while (std::getline(text, line)) {
    if (line.starts_with("```")) {
      block = !block.empty() ? "" : line.ends_with(" first-hour") ? line : "other";
    } else if (block.starts_with("```sh first-hour")) {
      steps.push_back({line, {}});
    } else if (block.starts_with("```text first-hour") && !steps.empty()) {
      steps.back().shown.push_back(line);
    }
  }
  return steps;
}

/// The pieces between the … of a line, each to be found after the one before.
std::vector<std::string> pieces_of(const std::string& line) {
  static const std::string kAnything = "…";
  std::vector<std::string> pieces;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = line.find(kAnything, from)) != std::string::npos;
       from = at + kAnything.size())
    pieces.push_back(line.substr(from, at - from));
  pieces.push_back(line.substr(from));
  std::erase(pieces, "");
  return pieces;
}

class FirstHour : public testing::Test {
 protected:
  void SetUp() override {
    const char* below = std::getenv("REC_FIRST_HOUR_ROOT");
    root = below == nullptr ? "" : below;
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({.title = "My channel", .username = "my_channel"});
    twitch.add_channel("someone");
    write_tools();
    write_config();
  }

  /// sudo, apt and systemctl as far as the document needs them: there is no service manager here, and the
  /// package is built elsewhere.
  void write_tools() const {
    const fs::path tools = root.empty() ? folder / "bin" : fs::path(root) / "usr/local/bin";
    fs::create_directories(tools);
    const auto write = [&](const std::string& name, const std::string& text) {
      std::ofstream(tools / name) << "#!/bin/sh\n" << text;
      fs::permissions(tools / name, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec |
                                        fs::perms::group_read | fs::perms::others_read);
    };
    write("sudo", "exec \"$@\"\n");
    const std::string postinst = hour_file("packaging/postinst");
    const auto from = postinst.find("Stream Recorder is installed");
    write("apt", "[ \"$*\" = 'install ./streamrecorder_" + std::string(kVersion) +
                     "_amd64.deb' ] || exit 64\ncat <<'TEXT'\n" +
                     postinst.substr(from, postinst.find("TEXT", from) - from) + "TEXT\n");
    write("systemctl", "[ \"$*\" = 'enable --now streamrecorder' ] || exit 64\necho enabled\n");
    if (root.empty()) fs::create_symlink(REC_BINARY, tools / "streamrecorder");
  }

  /// The package's own configuration, and where the simulated platforms are.
  void write_config() {
    fs::path library = telegram->library_path();
    std::string text = hour_file("packaging/config.yaml");
    if (root.empty()) {
      text = std::regex_replace(text, std::regex("/var/lib/streamrecorder"), (folder / "data").string());
      config = (folder / "streamrecorder" / "config.yaml").string();
      fs::create_directories(folder / "streamrecorder");
    } else {
      config = kInstalled;
      library = "/usr/local/lib/libtdjson-first-hour.so";
      fs::copy_file(telegram->library_path(), root + library.string(), fs::copy_options::overwrite_existing);
    }
    text += "telegram:\n  tdlib: " + library.string() +
            "\n  proxy: ['socks5://127.0.0.1:" + std::to_string(telegram->proxy_port()) +
            "']\ntwitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
            "  check_interval: 1\n  offline_grace_period: 2\nweb: {listen: \"\"}\nendpoints:\n" +
            testing_support::endpoints_of(twitch) + "\n";
    std::ofstream(root + config) << text;
  }

  [[nodiscard]] std::vector<std::string> with_root(std::vector<std::string> command) const {
    if (root.empty()) return command;
    command.insert(command.begin(), {"chroot", root});
    return command;
  }

  /// What is typed where the line is a question.
  static std::optional<std::string> answer_to(const std::string& line) {
    if (line.starts_with("api_id")) return "1";
    if (line.starts_with("api_hash")) return "0123456789abcdef0123456789abcdef";
    if (line.starts_with("1, 2 or 3")) return "";
    if (line.starts_with("The bot's token")) return "1000:secret";
    return std::nullopt;
  }

  /// Types it and looks for what the document says; true when all of it was seen.
  [[nodiscard]] bool take(const HourStep& step) const {
    const std::string path = root.empty() ? (folder / "bin").string() + ":/usr/sbin:/usr/bin:/sbin:/bin"
                                          : "/usr/local/bin:/usr/bin:/bin";
    auto argv = with_root({"/bin/sh", "-c", step.command});
    const std::string program = root.empty() ? argv.front() : "/usr/sbin/chroot";
    argv.erase(argv.begin());
    TerminalRun shell(argv, {"PATH=" + path, "XDG_CONFIG_HOME=" + folder.path().string()}, program);
    bool seen = true;
    for (const std::string& line : step.shown) {
      for (const std::string& piece : pieces_of(line)) seen = seen && shell.shows(piece);
      if (const auto answer = answer_to(line); seen && answer) shell.type(*answer);
    }
    last_code = shell.wait();
    last_shown = shell.shown();
    return seen && last_code == 0;
  }

  /// What the unit starts, as its user.
  [[nodiscard]] std::unique_ptr<ProgramRun> start_service() const {
    const std::string unit = hour_file("packaging/streamrecorder.service");
    std::smatch found;
    EXPECT_TRUE(std::regex_search(unit, found,
                                  std::regex("ExecStart=/usr/bin/streamrecorder (run) --config (\\S+)")));
    EXPECT_EQ(found[2], kInstalled);
    fs::create_directories(folder / "daemon");
    if (root.empty())
      return std::make_unique<ProgramRun>(folder / "daemon",
                                          std::vector<std::string>{"run", "--config", config});
    return std::make_unique<ProgramRun>(
        folder / "daemon",
        std::vector<std::string>{"--userspec=streamrecorder:streamrecorder", root, "/usr/bin/streamrecorder",
                                 "run", "--config", config},
        "/usr/sbin/chroot");
  }

  [[nodiscard]] std::size_t videos() const {
    const auto posts = telegram->posts(chat);
    return static_cast<std::size_t>(
        std::ranges::count_if(posts, [](const auto& post) { return !post.file.empty(); }));
  }

  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;
  std::string root{};    ///< "" = this machine
  std::string config{};  ///< as the program is told
  mutable int last_code = 0;
  mutable std::string last_shown{};
};

TEST_F(FirstHour, ItsCommandsLeadToAStreamThatIsRecordedAndPosted) {
  const auto steps = steps_in("docs/first-hour.md");
  ASSERT_EQ(steps.size(), 7U) << "five commands, and two looks";
  std::unique_ptr<ProgramRun> service;
  for (const HourStep& step : steps) {
    if (step.command.find("apt") != std::string::npos && !root.empty())
      continue;  // tools/test-package did it
    ASSERT_FALSE(step.command.find("status") == std::string::npos && step.shown.empty() &&
                 step.command.find("systemctl") == std::string::npos)
        << "it says nothing of what is to be seen after: " << step.command;
    bool good = take(step);
    // The service needs a moment to listen.
    for (int i = 0; i < 50 && !good && service != nullptr; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      good = take(step);
    }
    ASSERT_TRUE(good) << step.command << "\nended with " << last_code << " and showed:\n" << last_shown;
    if (step.command.find("systemctl") != std::string::npos) service = start_service();
  }
  ASSERT_NE(service, nullptr);
  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
  testing_support::wait_until_started(live);
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  for (int i = 0; i < 200 && !take({"sudo streamrecorder status", {"●", "recording"}}); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_NE(last_shown.find("recording"), std::string::npos) << last_shown;
  while (!live.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  twitch.set_offline("someone");
  for (int i = 0; i < 600 && videos() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(videos(), 1U);
  EXPECT_TRUE(take({"sudo streamrecorder status", {"posted: 1/1 parts"}})) << last_shown;
  service->signal(SIGTERM);
  const Output ended = service->wait();
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
}

TEST(FirstHourDocument, SaysTheSameInRussian) {
  EXPECT_EQ(steps_in("docs/first-hour.md"), steps_in("docs/first-hour.ru.md"));
}

}  // namespace
}  // namespace rec
