// The real program with a streamer who goes on at Twitch: one session, all that either page showed, in order.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "sim/youtube/sim_youtube.hpp"
#include "store/sqlite_store.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::TempFolder;

constexpr int kFps = 25;

TEST(Cross, ABroadcastThatGoesOnAtTwitchIsOneSessionWithoutAHoleAndHardlyASecondTwice) {
  const TempFolder folder;
  // The same broadcast on both: segment n of YouTube shows second n, Twitch joins at second 8 in two-second
  // pieces.
  const auto tube = numbered_media(30, 1);
  sim::SimYoutubeOptions options;
  options.segment = Millis{1'000};
  options.window = 15;
  options.media = [&tube](int, int, std::int64_t number) {
    return tube.at(static_cast<std::size_t>(number) % tube.size()).bytes;
  };
  sim::SimYoutube youtube(options);
  sim::SimTwitch twitch;
  const auto pieces = numbered_media(8, 2, 8 * kFps);
  std::ofstream(folder / "config.yaml")
      << "platform: cross\ntwitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
      << "  channels: [someone]\n  check_interval: 1\n  offline_grace_period: 10\n"
      << "youtube: {channels: ['@show'], check_interval: 2}\n"
      << "recording: {min_free: 1MB, ytdlp: /nonexistent/yt-dlp}\nendpoints:\n  youtube: " << youtube.url()
      << "\n"
      << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
  twitch.add_channel("someone");
  const auto begins = std::chrono::steady_clock::now();
  youtube.set_live("@show", "abc", "On YouTube");
  ProgramRun program(folder.path(), {"run", "--config", (folder / "config.yaml").string()});
  std::this_thread::sleep_until(begins + seconds(8));
  const sim::LiveStream live(twitch.origin(), {.prefix = "/live/a"}, pieces);
  testing_support::wait_until_started(live);
  twitch.set_live("someone", "1", "On Twitch", "Chess", live.playlist_url());
  std::this_thread::sleep_until(begins + seconds(12));
  youtube.set_over("abc");
  while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
  twitch.set_offline("someone");
  const auto done = [&] {
    std::error_code none;
    return std::filesystem::exists(folder / "recordings") &&
           std::filesystem::is_empty(folder / "data/segments", none);
  };
  const auto until = std::chrono::steady_clock::now() + seconds(90);
  while (!done() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(milliseconds(100));
  program.signal(SIGTERM);
  const auto output = program.wait();
  auto store = SqliteStore::open((folder / "data/state.db").string());
  ASSERT_TRUE(store);
  const auto history = (*store)->history(10);
  ASSERT_EQ(history->size(), 1U) << output.err;
  EXPECT_EQ(history->at(0).channel, ChannelId("youtube:@show"));
  const auto frames = frames_in(files_in(folder / "recordings", ".mp4"));
  ASSERT_FALSE(frames.empty()) << output.err;
  const std::set<int> shown(frames.begin(), frames.end());
  const int first = *shown.begin();
  const int last = *shown.rbegin();
  EXPECT_EQ(last, (8 + 16) * kFps - 1) << "to the end of what Twitch showed";
  EXPECT_LE(first, 4 * kFps);
  EXPECT_EQ(shown.size(), static_cast<std::size_t>(last - first + 1)) << output.err;
  EXPECT_LE(frames.size() - shown.size(), static_cast<std::size_t>(2 * kFps)) << "one segment at most";
  int backwards = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) backwards += frames[i] < frames[i - 1] ? 1 : 0;
  EXPECT_LE(backwards, 1) << "where it moved";
}

}  // namespace
}  // namespace rec
