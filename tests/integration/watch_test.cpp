// The real program and a simulated Twitch that lags, or calls a channel otherwise than yesterday.
#include <signal.h>

#include <fstream>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::TempFolder;

class WatchedTwitch : public testing::Test {
 protected:
  sim::SimTwitch twitch;
  TempFolder folder;

  [[nodiscard]] std::vector<std::string> command(int grace) const {
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\ntwitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
        << "  channels: [someone]\n  check_interval: 1\n  offline_grace_period: " << grace
        << "\nrecording: {min_free: 1MB}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    return {"run", "--config", (folder / "config.yaml").string()};
  }
  [[nodiscard]] std::vector<std::filesystem::path> files() const {
    if (!std::filesystem::exists(folder / "recordings")) return {};
    return files_in(folder / "recordings", ".mp4");
  }
  static void wait_until(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + seconds(90);
    while (!done() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds(100));
  }
  static void wait_for_end(const sim::LiveStream& live) {
    while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
  }
};

TEST_F(WatchedTwitch, AStreamThatComesBackAndThatHelixLeavesOutIsRecordedOnInTheSameSession) {
  sim::LiveStream first(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
  twitch.set_live("someone", "77", "A title", "Chess", first.playlist_url());
  ProgramRun run(folder.path(), command(16));  // its playlist is looked at every ten seconds
  wait_for_end(first);
  twitch.set_offline("someone");
  std::this_thread::sleep_for(seconds(2));
  twitch.freeze_api("someone", true);  // from now on it says offline
  sim::LiveStream second(twitch.origin(), {.prefix = "/live/someone/2", .window = 60},
                         numbered_media(16, 1, 100));
  twitch.set_live("someone", "77", "A title", "Chess", second.playlist_url());
  wait_for_end(second);
  twitch.set_offline("someone");
  wait_until([&] { return !files().empty() && std::filesystem::is_empty(folder / "data/segments"); });
  run.signal(SIGTERM);
  const auto ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_EQ(frames_in(files()), counting(0, 20 * 25)) << ended.err;
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "recordings"), {}), 1)
      << "one broadcast, one session";
}

TEST_F(WatchedTwitch, AChannelThatIsRenamedIsRecordedUnderItsNewName) {
  sim::LiveStream first(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(4, 1));
  twitch.set_live("someone", "77", "A title", "Chess", first.playlist_url());
  ProgramRun run(folder.path(), command(2));
  wait_for_end(first);
  twitch.set_offline("someone");
  wait_until([&] { return files().size() == 1; });
  twitch.rename("someone", "someone2");
  sim::LiveStream second(twitch.origin(), {.prefix = "/live/someone2/1"}, numbered_media(4, 1, 100));
  twitch.set_live("someone2", "78", "A title", "Chess", second.playlist_url());
  wait_for_end(second);
  twitch.set_offline("someone2");
  wait_until([&] { return files().size() == 2; });
  run.signal(SIGTERM);
  const auto ended = run.wait(seconds(20));
  EXPECT_EQ(frames_in(files()), counting(0, 200)) << ended.err;
  EXPECT_NE(ended.err.find("channel.renamed"), std::string::npos);
}

}  // namespace
}  // namespace rec
