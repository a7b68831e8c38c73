// The real program, TDLib and simulated platforms: what is announced stands in the chat once, follows the
// news, and is gone when the stream begins; a stream that moves from YouTube to Twitch is one recording.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "twitch_config.hpp"
#include "within.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::TempFolder;
using testing_support::wait_until_started;
using testing_support::within;

class Waiting : public testing::Test {
 protected:
  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({});
    // Without a key each look tells what a channel shows.
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\nlanguage: ru\ntelegram:\n  channel_id: " << chat << "\n"
        << testing_support::way_as_bot(*telegram)
        << "twitch:\n  channels: [someone]\n  check_interval: 1\n  offline_grace_period: 3\n"
        << "recording: {min_free: 1MB}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    twitch.add_channel("someone");
    twitch.show("someone", "Yesterday's title", "Chess");
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> waiting_messages() const {
    auto posts = telegram->posts(chat);
    std::erase_if(posts, [](const sim::PostSnapshot& post) { return !post.text.starts_with("⏳"); });
    return posts;
  }
};

TEST_F(Waiting, ANewTitleIsOneMessageThatFollowsTheNewsOutlivesAKillAndGoesWhenTheStreamBegins) {
  const std::vector<std::string> command{"run", "--config", (folder / "config.yaml").string()};
  auto program = std::make_unique<ProgramRun>(folder.path(), command);
  std::this_thread::sleep_for(seconds(4));
  EXPECT_TRUE(waiting_messages().empty()) << "the title it always had is no news";
  twitch.show("someone", "Скоро стрим", "Chess");
  ASSERT_TRUE(within(seconds(60), [&] { return waiting_messages().size() == 1; }));
  EXPECT_NE(waiting_messages()[0].text.find("Скоро стрим"), std::string::npos) << waiting_messages()[0].text;
  program->signal(SIGKILL);
  program->wait();
  twitch.show("someone", "Уже скоро", "Chess");
  program = std::make_unique<ProgramRun>(folder.path(), command);
  ASSERT_TRUE(within(seconds(60),
                     [&] { return waiting_messages().at(0).text.find("Уже скоро") != std::string::npos; }));
  EXPECT_EQ(waiting_messages().size(), 1U) << "edited, not posted anew";
  EXPECT_FALSE(waiting_messages()[0].deleted);
  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/a"}, numbered_media(3));
  wait_until_started(live);
  twitch.set_live("someone", "1", "Уже скоро", "Chess", live.playlist_url());
  EXPECT_TRUE(within(seconds(60), [&] { return waiting_messages().at(0).deleted; }));
  while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
  twitch.set_offline("someone");
  EXPECT_TRUE(within(seconds(90), [&] {
    const auto posts = telegram->posts(chat);
    return std::ranges::count_if(posts, [](const auto& post) { return !post.file.empty(); }) == 1;
  }));
  program->signal(SIGTERM);
  EXPECT_EQ(program->wait().exit_code, 143);
  EXPECT_EQ(waiting_messages().size(), 1U);
}

}  // namespace
}  // namespace rec
