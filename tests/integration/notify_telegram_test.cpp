// The real program and TDLib with a simulated Telegram: notices stand in the chat once, whatever is killed;
// one's own texts are posted as they are, whatever a title holds.
#include <gmock/gmock.h>
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
using testing::HasSubstr;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::TempFolder;
using testing_support::wait_until_started;
using testing_support::within;

constexpr const char* kNastyTitle = "**bold** {part} [x] _i_ `c` <b> &amp; @all";

class TellingTelegram : public testing::Test {
 protected:
  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({});
    std::ofstream(folder / "cookies.txt") << ".twitch.tv\tTRUE\t/\tTRUE\t1000000000\tauth-token\tx\n";
    std::filesystem::permissions(folder / "cookies.txt", std::filesystem::perms::owner_read);
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\nlanguage: ru\nnotify: [telegram]\ntelegram:\n  keep_status: false\n"
           "  templates: {caption: \"**{title}** · {duration} [{beginning}][ {part}]\"}\n"
        << "  channel_id: " << chat << "\n"
        << testing_support::way_as_bot(*telegram)
        << "twitch:\n  channels: [someone]\n  check_interval: 1\n  offline_grace_period: 3\n"
        << "recording: {min_free: 1MB, cookies_file: cookies.txt}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    twitch.add_channel("someone");
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> posts_with(const std::string& text) const {
    auto posts = telegram->posts(chat);
    std::erase_if(posts, [&](const auto& post) { return post.text.find(text) == std::string::npos; });
    return posts;
  }
  [[nodiscard]] std::unique_ptr<ProgramRun> start() const {
    return std::make_unique<ProgramRun>(
        folder.path(), std::vector<std::string>{"run", "--config", (folder / "config.yaml").string()});
  }
};

TEST_F(TellingTelegram, ANoticeIsThereOnceWhateverIsKilledAndTextsArePostedAsTheyAre) {
  auto program = start();
  for (const int pause : {0, 400, 2000}) {  // as soon as it is there, and around what is written down of it
    EXPECT_TRUE(within(seconds(60), [&] { return !posts_with("срок auth-token истёк").empty(); }));
    std::this_thread::sleep_for(milliseconds(pause));
    program->signal(SIGKILL);
    program->wait();
    program = start();
  }
  EXPECT_TRUE(within(seconds(60), [&] { return !posts_with("снова работает").empty(); }));
  const auto told = posts_with("срок auth-token истёк");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0].text, HasSubstr("\nЧто делать: экспортируйте cookies заново"));
  EXPECT_LE(posts_with("снова работает").size(), 3U) << "a life that was too short to be noticed is none";

  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/a"}, numbered_media(3));
  wait_until_started(live);
  twitch.set_live("someone", "1", kNastyTitle, "Chess", live.playlist_url());
  EXPECT_TRUE(within(seconds(60), [&] { return !posts_with("🔴 Запись").empty(); }));
  while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
  twitch.set_offline("someone");
  const auto videos = [&] {
    auto posts = telegram->posts(chat);
    std::erase_if(posts, [](const auto& post) { return post.file.empty(); });
    return posts;
  };
  EXPECT_TRUE(within(seconds(90), [&] { return videos().size() == 1; }));
  ASSERT_EQ(videos().size(), 1U);
  const sim::PostSnapshot video = videos()[0];
  EXPECT_THAT(video.text, testing::StartsWith(std::string(kNastyTitle) + " · 0:00:06 "));
  std::vector<std::pair<int, int>> bold;
  for (const auto& entity : video.entities) {
    if (entity.type == "messageEntityBold") bold.emplace_back(entity.offset, entity.length);
  }
  EXPECT_THAT(bold, testing::ElementsAre(std::pair(0, static_cast<int>(std::string(kNastyTitle).size()))));
  const auto statuses = [&] {
    auto posts = posts_with("Канал: someone");
    std::erase_if(posts, [](const auto& post) { return !post.file.empty() || post.deleted; });
    return posts;
  };
  EXPECT_TRUE(within(seconds(60), [&] { return statuses().empty(); })) << "keep_status: false";
  program->signal(SIGTERM);
  EXPECT_EQ(program->wait().exit_code, 143);
}

}  // namespace
}  // namespace rec
