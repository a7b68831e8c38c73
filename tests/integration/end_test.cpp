// The real program, TDLib and a simulated Telegram: what becomes of a recording once it is over, through a
// kill.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>

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
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::wait_until_started;
using testing_support::within;

class EndOnTelegram : public testing::Test {
 protected:
  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;
  std::int64_t backup = 0;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({.title = "Recordings", .username = "recordings", .discussion = true});
    backup = telegram->add_channel({.title = "Backup"});
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\ntelegram:\n"
        << "  targets:\n    mine: {channel_id: \"@recordings\", backup_channel_id: " << backup
        << ", compression: {enabled: true, default_target_size_mb: 1}}\n"
        << testing_support::way_as_bot(*telegram)
        << "twitch:\n  channels: [{name: someone, target: mine}]\n  check_interval: 1\n"
           "  offline_grace_period: 2\n"
        << "recording: {min_free: 1MB, part_duration: 4s}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    twitch.add_channel("someone");
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> videos(std::int64_t where) const {
    return testing_support::videos_in(*telegram, where);
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> comments() const {
    auto posts = videos(telegram->discussion_of(chat));
    std::erase_if(posts, [](const sim::PostSnapshot& post) { return !post.text.starts_with("📦"); });
    return posts;
  }
};

TEST_F(EndOnTelegram, ItIsCompressedCommentedToldInTheCaptionsAndCopiedOnceThoughItIsKilledOnTheWay) {
  const std::vector<std::string> command{"run", "--config", (folder / "config.yaml").string()};
  auto program = std::make_unique<ProgramRun>(folder.path(), command);
  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/a"}, numbered_media(10, 1));
  wait_until_started(live);
  twitch.set_live("someone", "1", "A title", "Chess", live.playlist_url());
  while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
  twitch.set_offline("someone");
  ASSERT_TRUE(within(seconds(90), [&] { return !videos(backup).empty(); }))
      << "comments: " << comments().size();
  program->signal(SIGKILL);
  program->wait();
  program = std::make_unique<ProgramRun>(folder.path(), command);
  const auto over = [&] {
    const auto posts = telegram->posts(chat);
    return !posts.empty() && posts[0].text.find("Done") != std::string::npos;
  };
  EXPECT_TRUE(within(seconds(90), over));
  program->signal(SIGTERM);
  EXPECT_EQ(program->wait().exit_code, 143);
  const auto parts = videos(chat);
  ASSERT_GE(parts.size(), 2U);
  EXPECT_EQ(comments().size(), 1U);
  const auto copies = videos(backup);
  ASSERT_EQ(copies.size(), parts.size() + 1);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_NE(parts[i].text.find("/" + std::to_string(parts.size())), std::string::npos) << parts[i].text;
    EXPECT_NE(parts[i].text.find("✅"), std::string::npos) << parts[i].text;
    EXPECT_EQ(copies[i].text, parts[i].text) << "in order, with the caption as it is in the end";
  }
  EXPECT_TRUE(copies.back().text.starts_with("📦")) << copies.back().text;
}

}  // namespace
}  // namespace rec
