// `login` as a person uses it: at a terminal, with what is typed wrong, given up, and what the program does
// with it afterwards.
#include <sys/stat.h>

#include <fstream>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "tests/support/terminal_run.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::seconds;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::TerminalRun;

constexpr const char* kPhone = "79990000001";
constexpr const char* kHash = "0123456789abcdef0123456789abcdef";

class Login : public testing::Test {
 protected:
  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    sim::UserOptions user;
    user.phone = kPhone;
    user.password = " correct horse ";
    user.hint = "the cat";
    telegram->add_user(user);
    chat = telegram->add_channel({.title = "Recordings", .username = "recs", .discussion = true});
    twitch.add_channel("someone");
    write_config("");
  }
  /// `more` are lines of the telegram section.
  void write_config(const std::string& more) const {
    std::ofstream(folder / "config.yaml")
        << "telegram:\n"
        << testing_support::way_to(*telegram) << more
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: [someone]\n"
           "  check_interval: 1\n  offline_grace_period: 2\n"
           "recording: {part_duration: 4s, min_free: 1MB}\nweb: {listen: \"\"}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\n";
  }
  [[nodiscard]] std::vector<std::string> arguments(std::vector<std::string> more) const {
    more.insert(more.end(), {"--config", (folder / "config.yaml").string()});
    return more;
  }
  [[nodiscard]] Output command(std::vector<std::string> more) const {
    return run_program(folder.path(), arguments(std::move(more)));
  }
  static void type_application(TerminalRun& login) {
    ASSERT_TRUE(login.shows("https://my.telegram.org")) << login.shown();
    ASSERT_TRUE(login.shows("api_id")) << login.shown();
    ASSERT_TRUE(login.shows("(a number):")) << login.shown();
    login.type("1");
    ASSERT_TRUE(login.shows("api_hash (32 digits, not shown):")) << login.shown();
    EXPECT_FALSE(login.echoes());
    login.type(kHash);
  }
  static void choose(TerminalRun& login, const std::string& who) {
    ASSERT_TRUE(login.shows("1, 2 or 3 [1]:")) << login.shown();
    login.type(who);
  }
  static void type_password(TerminalRun& login, const std::string& password) {
    ASSERT_TRUE(login.shows("(hint: the cat)")) << login.shown();
    ASSERT_TRUE(login.shows("not shown:")) << login.shown();
    EXPECT_FALSE(login.echoes());
    login.type(password);
  }
  void expect_private() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "data")) {
      const auto name = entry.path().filename().string();
      if (!entry.path().string().starts_with((folder / "data" / "telegram").string())) continue;
      const auto mode = static_cast<unsigned>(entry.symlink_status().permissions());
      EXPECT_EQ(mode & 077U, 0U) << entry.path();
    }
  }
  /// Has `run` record a short broadcast, and waits for its posts.
  void run_posts() {
    write_config("  channel_id: " + std::to_string(chat) + "\n");
    const Output check = command({"config", "check"});
    EXPECT_NE(check.out.find("posts to Telegram"), std::string::npos) << check.out;
    EXPECT_EQ(check.err.find("signed in"), std::string::npos) << check.err;
    const sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
    twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
    std::filesystem::create_directories(folder / "daemon");
    ProgramRun run(folder / "daemon", arguments({"run"}));
    const auto videos = [&] {
      int count = 0;
      for (const auto& post : telegram->posts(chat)) count += post.file.empty() ? 0 : 1;
      return count;
    };
    for (int i = 0; i < 600 && videos() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    run.signal(SIGTERM);
    const Output output = run.wait();
    EXPECT_GE(videos(), 1) << output.err;
    EXPECT_EQ(output.exit_code, 143) << output.err;
  }

  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;
};

TEST_F(Login, ABotIsRecommendedAndSignsInAndRunPostsAsIt) {
  TerminalRun login(arguments({"login"}));
  type_application(login);
  ASSERT_TRUE(login.shows("a bot, recommended")) << login.shown();
  choose(login, "");
  ASSERT_TRUE(login.shows("@BotFather, not shown:"));
  login.type("1000:wrong");
  ASSERT_TRUE(login.shows("ACCESS_TOKEN_EXPIRED")) << login.shown();
  ASSERT_TRUE(login.shows("@BotFather, not shown:")) << login.shown();
  login.type(testing_support::kBotToken);
  ASSERT_TRUE(login.shows("telegram.account (0600)")) << login.shown();
  ASSERT_TRUE(login.shows("Signed in as")) << login.shown();
  EXPECT_EQ(login.wait(), 0) << login.shown();
  EXPECT_EQ(login.shown().find("secret"), std::string::npos) << "the token was shown";
  EXPECT_EQ(login.shown().find(kHash), std::string::npos) << "the hash was shown";
  expect_private();
  run_posts();
}

TEST_F(Login, AUserTypesWrongCodeAndPasswordFirstAndRunPostsAsThatUser) {
  TerminalRun login(arguments({"login"}));
  type_application(login);
  choose(login, "2");
  ASSERT_TRUE(login.shows("Phone number")) << login.shown();
  login.type("+7 999");
  ASSERT_TRUE(login.shows("PHONE_NUMBER_INVALID")) << login.shown();
  ASSERT_TRUE(login.shows("Phone number")) << login.shown();
  login.type(kPhone);
  ASSERT_TRUE(login.shows("Code, sent as a message in your other Telegram apps")) << login.shown();
  login.type("11111");
  ASSERT_TRUE(login.shows("PHONE_CODE_INVALID")) << login.shown();
  ASSERT_TRUE(login.shows("Code, sent")) << login.shown();
  login.type("12345");
  type_password(login, "wrong horse");
  ASSERT_TRUE(login.shows("PASSWORD_HASH_INVALID")) << login.shown();
  type_password(login, " correct horse ");
  ASSERT_TRUE(login.shows("Signed in as")) << login.shown();
  EXPECT_EQ(login.wait(), 0) << login.shown();
  EXPECT_EQ(login.shown().find("horse"), std::string::npos) << "the password was shown";
  expect_private();
  const Output status = command({"login", "--status", "--json"});
  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_FALSE(boost::json::parse(status.out).at("bot").as_bool()) << status.out;
  run_posts();
}

TEST_F(Login, AQrCodeIsDrawnAndItsLinkStandsBelow) {
  TerminalRun login(arguments({"login"}));
  type_application(login);
  choose(login, "3");
  ASSERT_TRUE(login.shows("█")) << login.shown();
  ASSERT_TRUE(login.shows("tg://login?token=")) << login.shown();
  ASSERT_TRUE(login.shows("Scan it")) << login.shown();
  const auto from = login.shown().find("tg://login");
  const std::string link = login.shown().substr(from, login.shown().find_first_of("\r\n", from) - from);
  ASSERT_TRUE(telegram->scan_qr(link, kPhone)) << link;
  type_password(login, " correct horse ");
  EXPECT_EQ(login.wait(), 0) << login.shown();
  const Output again = command({"login"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_NE(again.err.find("Signed in already"), std::string::npos) << again.err;
}

TEST_F(Login, CtrlCAtAnyQuestionKeepsNothingAndTheTerminalAsItWas) {
  {
    TerminalRun login(arguments({"login"}));
    type_application(login);
    choose(login, "2");
    ASSERT_TRUE(login.shows("Phone number"));
    login.type(kPhone);
    ASSERT_TRUE(login.shows("Code, sent"));
    login.type("12345");
    ASSERT_TRUE(login.shows("not shown:"));
    EXPECT_FALSE(login.echoes());
    login.interrupt();
    EXPECT_TRUE(login.shows("nothing was kept")) << login.shown();
    EXPECT_TRUE(login.echoes());
    EXPECT_EQ(login.wait(), 130) << login.shown();
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "data" / "telegram.account"));
  write_config("  api_id: 1\n  api_hash: " + std::string(kHash) + "\n  channel_id: " + std::to_string(chat) +
               "\n");
  const Output run = command({"run"});
  EXPECT_EQ(run.exit_code, 7) << run.err;
  EXPECT_NE(run.err.find("streamrecorder login"), std::string::npos) << run.err;
}

TEST_F(Login, WithoutATerminalItSaysWhereTheAnswersCanComeFrom) {
  const Output bare = command({"login"});
  EXPECT_EQ(bare.exit_code, 2) << bare.err;
  EXPECT_NE(bare.err.find("--api-id"), std::string::npos) << bare.err;
  setenv("STREAMRECORDER_API_HASH", kHash, 1);
  const Output half = command({"login", "--api-id", "1"});
  EXPECT_EQ(half.exit_code, 2) << half.err;
  EXPECT_NE(half.err.find("STREAMRECORDER_BOT_TOKEN"), std::string::npos) << half.err;
  setenv("STREAMRECORDER_BOT_TOKEN", testing_support::kBotToken, 1);
  const Output all = command({"login", "--api-id", "1", "--json"});
  unsetenv("STREAMRECORDER_API_HASH");
  unsetenv("STREAMRECORDER_BOT_TOKEN");
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_TRUE(boost::json::parse(all.out).at("bot").as_bool()) << all.out;
  const Output out = command({"login", "--log-out"});
  EXPECT_EQ(out.exit_code, 0) << out.err;
  const Output status = command({"login", "--status"});
  EXPECT_EQ(status.exit_code, 7) << status.err;
}

TEST_F(Login, BesideARunningDaemonItSaysWhyNot) {
  std::filesystem::create_directories(folder / "daemon");
  ProgramRun run(folder / "daemon", arguments({"run"}));
  for (int i = 0; i < 300 && !std::filesystem::exists(folder / "data" / "control.sock"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const Output login = command({"login", "--api-id", "1", "--bot"});
  EXPECT_EQ(login.exit_code, 1) << login.err;
  EXPECT_NE(login.err.find("has one owner"), std::string::npos) << login.err;
  run.signal(SIGTERM);
  EXPECT_EQ(run.wait().exit_code, 143);
}

TEST_F(Login, DoctorSaysHowTheAccountStandsToEachChat) {
  const auto closed = telegram->add_channel({.title = "Closed", .can_post = false});
  const auto telegram_findings = [&] {
    std::string text;
    const Output doctor = command({"doctor", "--json"});
    boost::system::error_code error;
    const auto told = boost::json::parse(doctor.out, error);
    if (error) return doctor.out + doctor.err;
    for (const auto& each : told.at("findings").as_array()) {
      if (each.at("check").as_string() != "telegram") continue;
      text += std::string(each.at("level").as_string()) + ": " + std::string(each.at("text").as_string()) +
              " | " + std::string(each.at("cure").as_string()) + "\n";
    }
    return text;
  };
  const std::string application = "  api_id: 1\n  api_hash: " + std::string(kHash) + "\n";
  write_config(application + "  channel_id: " + std::to_string(chat) + "\n");
  EXPECT_NE(telegram_findings().find("error: nobody is signed in to Telegram | streamrecorder login"),
            std::string::npos);
  write_config(application + "  bot_token: '" + testing_support::kBotToken +
               "'\n  channel_id: " + std::to_string(chat) +
               "\n  discussion_group_id: " + std::to_string(telegram->discussion_of(chat)) +
               "\n  backup_channel_id: " + std::to_string(closed) + "\n");
  const auto expect_all = [&](const std::string& found) {
    EXPECT_NE(found.find("ok: signed in as"), std::string::npos) << found;
    EXPECT_NE(found.find("ok: telegram.channel_id: may post to Recordings"), std::string::npos) << found;
    EXPECT_NE(found.find("ok: telegram.discussion_group_id is the channel's discussion group"),
              std::string::npos)
        << found;
    EXPECT_NE(found.find("error: telegram.backup_channel_id"), std::string::npos) << found;
    EXPECT_NE(found.find("administrator"), std::string::npos) << found;
  };
  expect_all(telegram_findings());
  std::filesystem::create_directories(folder / "daemon");
  ProgramRun run(folder / "daemon", arguments({"run"}));
  for (int i = 0; i < 300 && !std::filesystem::exists(folder / "data" / "control.sock"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  expect_all(telegram_findings());
  run.signal(SIGTERM);
  EXPECT_EQ(run.wait().exit_code, 143);
}

TEST_F(Login, ALongFloodWaitIsToldInHours) {
  telegram->fail_next("auth.sendCode", 1, 420, "FLOOD_WAIT_4000");
  setenv("STREAMRECORDER_API_HASH", kHash, 1);
  const Output login = command({"login", "--api-id", "1", "--phone", kPhone});
  unsetenv("STREAMRECORDER_API_HASH");
  EXPECT_EQ(login.exit_code, 1) << login.err;
  EXPECT_NE(login.err.find("1 h 6 min 40 s"), std::string::npos) << login.err;
}

}  // namespace
}  // namespace rec
