// `target` as people use it: a place to post to is named, tried, and a channel picks it, in the daemon that
// runs and for the next one.
#include <fstream>

#include <boost/json.hpp>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

class TargetCommand : public testing::Test {
 protected:
  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    main_chat = telegram->add_channel({.title = "Recordings", .username = "all_recs"});
    vip_chat = telegram->add_channel({.title = "Friends", .username = "friends_recs"});
    closed_chat = telegram->add_channel({.title = "Closed", .can_post = false});
    twitch.add_channel("someone");
    std::filesystem::create_directories(folder / "daemon");
    std::ofstream(folder / "config.yaml")
        << "telegram:\n  channel_id: " << main_chat << "\n"
        << testing_support::way_as_bot(*telegram)
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: "
           "[someone]\n"
           "  check_interval: 1\n  offline_grace_period: 2\n"
           "recording: {part_duration: 4s, min_free: 1MB}\nweb: {listen: \"\"}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\n";
  }
  [[nodiscard]] Output command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", (folder / "config.yaml").string()});
    return run_program(folder.path(), std::move(arguments));
  }
  Output target(std::vector<std::string> arguments, int expected = 0) const {
    arguments.insert(arguments.begin(), "target");
    Output output = command(arguments);
    EXPECT_EQ(output.exit_code, expected) << arguments[1] << ": " << output.out << output.err;
    return output;
  }
  [[nodiscard]] std::unique_ptr<ProgramRun> daemon() const {
    auto run = std::make_unique<ProgramRun>(
        folder / "daemon", std::vector<std::string>{"run", "--config", (folder / "config.yaml").string()});
    for (int i = 0; i < 300 && !std::filesystem::exists(folder / "data" / "control.sock"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return run;
  }
  [[nodiscard]] int videos(std::int64_t chat) const {
    int count = 0;
    for (const auto& post : telegram->posts(chat)) count += post.file.empty() ? 0 : 1;
    return count;
  }
  [[nodiscard]] int left(std::int64_t chat) const {
    int count = 0;
    for (const auto& post : telegram->posts(chat)) count += post.deleted ? 0 : 1;
    return count;
  }

  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t main_chat = 0, vip_chat = 0, closed_chat = 0;
};

TEST_F(TargetCommand, OneThatIsAddedBesideTheDaemonGetsTheNextRecordingOfAChannelThatPicksIt) {
  const auto run = daemon();
  target({"add", "friends", "@friends_recs"});
  EXPECT_EQ(command({"channel", "set", "someone", "target=friends"}).exit_code, 0);
  const auto list = json::parse(target({"list", "--json"}).out);
  ASSERT_EQ(list.at("targets").as_array().size(), 2U);
  EXPECT_EQ(list.at("targets").at(1).at("channels").at(0).as_string(), "twitch:someone");
  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  for (int i = 0; i < 600 && videos(vip_chat) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_GE(videos(vip_chat), 1);
  EXPECT_EQ(videos(main_chat), 0);
  const Output refused = target({"remove", "friends"}, 1);
  EXPECT_NE(refused.err.find("twitch:someone posts to friends"), std::string::npos) << refused.err;
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait().exit_code, 143);
  EXPECT_NE(target({"list"}).out.find("friends_recs"), std::string::npos) << "it outlives the daemon";
}

TEST_F(TargetCommand, TestPostsAndRemovesAMessageWithAndWithoutADaemon) {
  const auto expect_works = [&] {
    const Output tried = target({"test", "default"});
    EXPECT_NE(tried.out.find("posted a message and removed it"), std::string::npos) << tried.out;
    EXPECT_EQ(left(main_chat), 0);
    const Output refused = target({"test", "closed"}, 7);
    EXPECT_NE(refused.out.find("administrator"), std::string::npos) << refused.out;
  };
  target({"add", "closed", std::to_string(closed_chat)});
  expect_works();
  const auto before = telegram->posts(main_chat).size();
  EXPECT_EQ(before, 1U);
  const auto run = daemon();
  expect_works();
  EXPECT_EQ(telegram->posts(main_chat).size(), before + 1);
  target({"test", "nothing"}, 1);
  run->signal(SIGTERM);
  EXPECT_EQ(run->wait().exit_code, 143);
}

TEST_F(TargetCommand, WhatIsTypedWrongIsSaidAndChangesNothing) {
  target({"add", "friends", "what is this"}, 2);
  target({"add", "friends", "@friends_recs", "chanel=1"}, 2);
  target({"add", "no spaces", "@friends_recs"}, 2);
  target({"set", "default", "nonsense"}, 2);
  target({"set", "friends", "channel_id=@friends_recs"}, 1);
  target({"remove", "default"}, 1);
  const auto list = json::parse(target({"list", "--json"}).out);
  EXPECT_EQ(list.at("targets").as_array().size(), 1U);
  EXPECT_FALSE(list.at("running").as_bool());
  target({"set", "default", "backup_channel_id=@friends_recs"});
  EXPECT_NE(target({"list"}).out.find("backup_channel_id=@friends_recs (set)"), std::string::npos);
  target({"remove", "default"});
  EXPECT_EQ(target({"list"}).out.find("backup_channel_id"), std::string::npos);
}

TEST_F(TargetCommand, DoctorLooksAtThoseOfCommandsToo) {
  target({"add", "closed", std::to_string(closed_chat)});
  const Output doctor = command({"doctor"});
  EXPECT_NE(doctor.out.find("telegram.targets.closed.channel_id"), std::string::npos) << doctor.out;
}

}  // namespace
}  // namespace rec
