// The control group as people use it: the real program and TDLib, a simulated Telegram with people in it.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "twitch_config.hpp"
#include "within.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::within;

const sim::Speaker kOwner{.id = 1001, .name = "Olga"};
const sim::Speaker kGuest{.id = 1002, .name = "Gleb"};
const sim::Speaker kPasserBy{.id = 1003, .name = "Petr"};

class ControlGroup : public testing::Test {
 protected:
  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    recordings = telegram->add_channel({.title = "Recordings"});
    group = telegram->add_channel({.title = "Control", .broadcast = false});
    twitch.add_channel("someone");
    twitch.add_channel("other");
    std::filesystem::create_directories(folder / "daemon");
    write_config("language: ru\n", control_at(group, "allowed_user_ids: [1001], readonly_user_ids: [1002]"));
  }
  void write_config(const std::string& language, const std::string& control) const {
    std::ofstream(folder / "config.yaml")
        << language << "telegram:\n  channel_id: " << recordings << "\n"
        << account << testing_support::way_to(*telegram) << control
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: [other]\n"
           "  check_interval: 1\n  offline_grace_period: 2\n"
           "recording: {part_duration: 4s, min_free: 1MB}\nweb: {listen: \"\"}\nlogging: {file: \"\"}\n"
           "endpoints:\n"
        << testing_support::endpoints_of(twitch) << "\n";
  }
  /// The group's section of the file.
  [[nodiscard]] static std::string control_at(std::int64_t where, const std::string& who) {
    return "control: {enabled: true, group_id: " + std::to_string(where) + ", " + who +
           ", audit_log_file: audit.log}\n";
  }
  [[nodiscard]] std::unique_ptr<ProgramRun> daemon() const {
    return std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string()});
  }
  /// What the program has answered to that message.
  [[nodiscard]] std::vector<sim::PostSnapshot> answers_to(int message, std::int64_t where = 0) const {
    auto posts = telegram->posts(where == 0 ? group : where);
    std::erase_if(posts, [&](const auto& post) { return post.reply_to != message; });
    return posts;
  }
  /// Says it and waits for the answer.
  sim::PostSnapshot asked(const std::string& text, const sim::Speaker& speaker = kOwner,
                          std::int64_t where = 0) {
    const int message = telegram->say(where == 0 ? group : where, text, speaker);
    EXPECT_TRUE(within(seconds(60), [&] { return !answers_to(message, where).empty(); })) << text;
    const auto answers = answers_to(message, where);
    return answers.empty() ? sim::PostSnapshot() : answers[0];
  }
  /// A bot that signs in for the first time is told nothing of what was said before.
  void wait_until_it_listens(std::int64_t where = 0, const sim::Speaker& speaker = kGuest) const {
    for (int i = 0; i < 60; ++i) {
      const int message = telegram->say(where == 0 ? group : where, "/whoami", speaker);
      if (within(seconds(2), [&] { return !answers_to(message, where).empty(); })) return;
    }
    ADD_FAILURE() << "it never listened";
  }
  std::string pressed(const sim::PostSnapshot& post, const std::string& data, const sim::Speaker& speaker) {
    const auto press = telegram->press(group, post.id, data, speaker);
    EXPECT_TRUE(within(seconds(60), [&] { return telegram->notice_of(press).has_value(); })) << data;
    return telegram->notice_of(press).value_or("");
  }
  [[nodiscard]] int videos() const {
    const auto posts = telegram->posts(recordings);
    return static_cast<int>(
        std::ranges::count_if(posts, [](const auto& post) { return !post.file.empty(); }));
  }
  [[nodiscard]] json::array sessions() const {
    const auto output = run_program(
        folder.path(), {"session", "list", "--json", "--config", (folder / "config.yaml").string()});
    boost::system::error_code error;
    const auto value = json::parse(output.out, error);
    return error ? json::array() : value.at("sessions").as_array();
  }
  /// All that was answered is noted as answered: a kill before that is told as an interruption.
  [[nodiscard]] bool nothing_is_open() const {
    std::ifstream file(folder / "data" / "control.json");
    const std::string kept{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return kept.find("\"open\":[]") != std::string::npos;
  }
  [[nodiscard]] std::vector<std::string> audit() const {
    std::ifstream file(folder / "audit.log");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line.substr(line.find('\t') + 1));
    return lines;
  }

  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t recordings = 0, group = 0;
  static constexpr auto kKeys = "  api_id: 1\n  api_hash: 0123456789abcdef0123456789abcdef\n";
  std::string account = std::string(kKeys) + "  bot_token: '1000:secret'\n";
};

TEST_F(ControlGroup, AChannelIsAddedRecordedAndStoppedFromTheGroupAndARestartRepeatsNothing) {
  auto run = daemon();
  wait_until_it_listens();
  EXPECT_THAT(asked("/status").text, HasSubstr("Всё в порядке · в эфире 0 из 1"));
  EXPECT_EQ(asked("/status", kPasserBy).text, "Нет доступа.");
  EXPECT_EQ(asked("/source add https://www.twitch.tv/someone", kGuest).text,
            "Только чтение: команда запрещена.");
  EXPECT_EQ(asked("/source add https://www.twitch.tv/someone").text, "Добавлен источник twitch:someone");
  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 40},
                             numbered_media(120, 1));
  testing_support::wait_until_started(live);
  twitch.set_live("someone", "77", "A *title* @all", "Chess", live.playlist_url());
  EXPECT_TRUE(within(seconds(90), [&] { return videos() > 0; })) << "it was added by a word in a chat";
  const auto status = asked("/status", kGuest);
  EXPECT_THAT(status.text, HasSubstr("🔴 запись someone"));
  EXPECT_THAT(status.text, HasSubstr("A *title* @all"));
  EXPECT_TRUE(status.buttons.empty()) << "a guest may only look";

  const auto question = asked("/stop someone");
  EXPECT_THAT(question.text, HasSubstr("Остановить запись someone «A *title* @all»?"));
  ASSERT_EQ(question.buttons.size(), 2U);
  const std::string yes = question.buttons[0].data;
  EXPECT_EQ(pressed(question, yes, kPasserBy), "Нет доступа.");
  EXPECT_EQ(pressed(question, yes, kGuest), "Только чтение: команда запрещена.");
  EXPECT_EQ(sessions()[0].at("status").as_string(), "recording");
  EXPECT_THAT(pressed(question, yes, kOwner), HasSubstr("остановлено"));
  EXPECT_TRUE(within(seconds(60), [&] {
    const auto all = sessions();
    return !all.empty() && all[0].at("status").as_string() == "done";
  }));

  const auto before = audit();
  run->signal(SIGKILL);
  run->wait();
  const int missed =
      telegram->say(group, "/source pause someone", {.id = 1001, .ago = std::chrono::hours(1)});
  run = daemon();
  EXPECT_TRUE(within(seconds(60), [&] { return !answers_to(missed).empty(); }));
  EXPECT_THAT(answers_to(missed).at(0).text, HasSubstr("Меня не было"));
  EXPECT_THAT(pressed(question, yes, kOwner), HasSubstr("делать нечего"))
      << "an old button of a session that is over";
  EXPECT_THAT(asked("/sources").text, HasSubstr("⚪ twitch:someone"));
  EXPECT_EQ(sessions().size(), 1U) << "the broadcast that was stopped is not taken up again";
  const auto posts = telegram->posts(group);
  EXPECT_EQ(std::ranges::count(posts, "Добавлен источник twitch:someone", &sim::PostSnapshot::text), 1);
  EXPECT_EQ(before,
            (std::vector<std::string>{
                "1003\tdenied\t/status\tНет доступа.",
                "1002\tdenied\t/source add https://www.twitch.tv/someone\tТолько чтение: команда запрещена.",
                "1001\tok\t/source add https://www.twitch.tv/someone\tДобавлен источник twitch:someone",
                "1003\tdenied\t" + yes + "\tНет доступа.",
                "1002\tdenied\t" + yes + "\tТолько чтение: команда запрещена.",
                "1001\tok\t" + yes + "\t" + before.back().substr(before.back().rfind('\t') + 1)}));
  EXPECT_EQ(audit().size(), before.size() + 1) << "the old button alone";
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait().exit_code, 143);
}

TEST_F(ControlGroup, WhatTheFileSaysOfTheGroupCountsWithoutARestart) {
  auto run = daemon();
  wait_until_it_listens();
  const auto reload = [&] {
    const auto told = run_program(
        folder.path(), {"config", "reload", "--json", "--config", (folder / "config.yaml").string()});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr("\"needs_restart\":[]"));
  };
  write_config("language: en\n", control_at(group, "allowed_user_ids: [1003], readonly_user_ids: [1001]"));
  reload();
  EXPECT_EQ(asked("/source pause other", kOwner).text, "Read-only: you may not do that.");
  EXPECT_THAT(asked("/source pause other", kPasserBy).text, HasSubstr("Source paused: twitch:other"));
  const auto another = telegram->add_channel({.title = "Another", .broadcast = false});
  write_config("language: en\n", control_at(another, "allowed_user_ids: [1001]"));
  reload();
  wait_until_it_listens(another, kOwner);
  const int unheard = telegram->say(group, "/status", kOwner);
  EXPECT_THAT(asked("/source resume other", kOwner, another).text, HasSubstr("Source enabled: twitch:other"));
  write_config("language: en\n", "");
  reload();
  const int off = telegram->say(another, "/status", kOwner);
  write_config("language: en\n", control_at(group, "allowed_user_ids: [1001]"));
  reload();
  wait_until_it_listens(group, kOwner);
  EXPECT_TRUE(answers_to(unheard).empty());
  EXPECT_TRUE(answers_to(off, another).empty()) << "it was switched off";
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait().exit_code, 143);
}

TEST_F(ControlGroup, AUsersAccountAsksInWordsAndMissesNothingThatIsSaidWhileItStarts) {
  account = kKeys;
  write_config("language: ru\n", control_at(group, "allowed_user_ids: [1001]"));
  const sim::UserOptions user{.phone = "79990000001"};
  telegram->add_user(user);
  ::setenv("STREAMRECORDER_CODE", user.code.c_str(), 1);
  const auto login = run_program(
      folder.path(), {"login", "--phone", user.phone, "--config", (folder / "config.yaml").string()});
  ::unsetenv("STREAMRECORDER_CODE");
  ASSERT_EQ(login.exit_code, 0) << login.err;
  auto run = daemon();
  EXPECT_EQ(asked("/source add twitch someone").text, "Добавлен источник twitch:someone")
      << "said once, before it had opened the group";
  const auto question = asked("/source remove someone");
  EXPECT_THAT(question.text, HasSubstr("Удалить twitch:someone?\nОтветьте «да» или /confirm 1"));
  telegram->say(group, "да", kPasserBy);
  EXPECT_EQ(asked("/source info someone").text.find("не найден"), std::string::npos);
  EXPECT_THAT(asked("Да.").text, HasSubstr("Источник удалён: twitch:someone"));
  EXPECT_TRUE(within(seconds(60), [&] { return nothing_is_open(); }));
  run->signal(SIGKILL);
  run->wait();
  const int late = telegram->say(group, "/source pause other", {.id = 1001, .ago = std::chrono::minutes(3)});
  const int meant = telegram->say(group, "/source add twitch someone", kOwner);
  run = daemon();
  EXPECT_TRUE(within(seconds(60), [&] { return !answers_to(meant).empty(); }));
  EXPECT_EQ(answers_to(meant).at(0).text, "Добавлен источник twitch:someone");
  EXPECT_THAT(answers_to(late).at(0).text, HasSubstr("Слишком старая команда"));
  EXPECT_TRUE(within(seconds(60), [&] { return nothing_is_open(); }));
  run->signal(SIGKILL);
  run->wait();
  run = daemon();
  asked("/status");
  EXPECT_EQ(answers_to(meant).size(), 1U) << "nothing twice";
  EXPECT_EQ(answers_to(late).size(), 1U);
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait().exit_code, 143);
}

TEST_F(ControlGroup, DoctorSaysWhetherTheBotHearsWhatIsSaidThere) {
  const auto doctor = [&] {
    return run_program(folder.path(), {"doctor", "--config", (folder / "config.yaml").string()}).out;
  };
  EXPECT_THAT(doctor(), HasSubstr("принимает команды в " + std::to_string(group) + ", с кнопками"));
  const auto plain = telegram->add_channel({.title = "Plain", .broadcast = false, .administered = false});
  std::ifstream file(folder / "config.yaml");
  std::string config{std::istreambuf_iterator<char>(file), {}};
  const std::string was = "group_id: " + std::to_string(group);
  config.replace(config.find(was), was.size(), "group_id: " + std::to_string(plain));
  std::ofstream(folder / "config.yaml") << config;
  const std::string deaf = doctor();
  EXPECT_THAT(deaf, HasSubstr("! Telegram показывает @sim1000bot не всё, что пишут в группе управления"));
  EXPECT_THAT(deaf, HasSubstr("/setprivacy"));
}

}  // namespace
}  // namespace rec
