// The real program with a broadcast that is longer than a session may be: every frame once, in order, across
// the sessions.
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "store/sqlite_store.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::TempFolder;

class LongBroadcast : public testing::Test {
 protected:
  sim::SimTwitch twitch;
  TempFolder folder;

  [[nodiscard]] std::vector<std::string> command() const {
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\ntwitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
        << "  channels: [someone]\n  check_interval: 1\n  offline_grace_period: 3\n"
        << "recording: {min_free: 1MB, session_duration: 5s}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    return {"run", "--config", (folder / "config.yaml").string()};
  }
  [[nodiscard]] std::vector<std::filesystem::path> files() const {
    if (!std::filesystem::exists(folder / "recordings")) return {};
    return files_in(folder / "recordings", ".mp4");  // the folders' names begin with the time
  }
  void wait_for_files(const sim::LiveStream& live, std::size_t count) {
    while (!live.ended()) std::this_thread::sleep_for(milliseconds(50));
    twitch.set_offline("someone");
    const auto until = std::chrono::steady_clock::now() + seconds(90);
    const auto done = [&] {
      return files().size() >= count && std::filesystem::is_empty(folder / "data/segments");
    };
    while (!done() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds(100));
    std::this_thread::sleep_for(seconds(1));
  }
  [[nodiscard]] std::vector<session::Session> sessions() const {
    auto store = SqliteStore::open((folder / "data/state.db").string());
    EXPECT_TRUE(store);
    auto history = (*store)->history(10);
    EXPECT_TRUE(history && (*store)->load()->sessions.empty());
    std::ranges::reverse(*history);
    for (const auto& session : *history) EXPECT_TRUE((*store)->gaps(session.id)->empty());
    return *std::move(history);
  }
};

TEST_F(LongBroadcast, GoesOnInNewSessionsWithoutAFrameMissingOrTwice) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(14, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  ProgramRun run(folder.path(), command());
  wait_for_files(live, 3);
  run.signal(SIGTERM);
  const Output ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_EQ(frames_in(files()), counting(0, 14 * 25));
  const auto kept = sessions();
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[1].continues, kept[0].id);
  EXPECT_EQ(kept[2].continues, kept[1].id);
}

TEST_F(LongBroadcast, C64_KilledAgainAndAgainItStillHasEveryFrameOnce) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 12}, numbered_media(24, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  const auto arguments = command();
  for (const int life : {3100, 2300, 4700, 1900, 3700}) {
    ProgramRun run(folder.path(), arguments);
    std::this_thread::sleep_for(milliseconds(life));
    run.signal(SIGKILL);
    EXPECT_EQ(run.wait().exit_code, 128 + SIGKILL);
  }
  ProgramRun run(folder.path(), arguments);
  wait_for_files(live, 5);
  run.signal(SIGTERM);
  const Output ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_EQ(frames_in(files()), counting(0, 24 * 25));
  EXPECT_EQ(sessions().size(), 5U);
}

}  // namespace
}  // namespace rec
