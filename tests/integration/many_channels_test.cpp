// The real program with many channels on air at once.
#include <signal.h>

#include <cstdlib>
#include <fstream>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "spool/segment_log.hpp"
#include "store/sqlite_store.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

// A small machine has enough to do with fifty; REC_LONG asks for a hundred.
const int kChannels = std::getenv("REC_LONG") != nullptr ? 100 : 50;

class ManyChannels : public testing::Test {
 protected:
  sim::SimTwitch twitch;
  TempFolder folder;

  void go_live() {
    auto media = numbered_media(60, 1);
    for (auto& segment : media) {
      segment.shared_bytes = std::make_shared<const std::string>(std::move(segment.bytes));
      segment.bytes.clear();
    }
    for (int i = 0; i < kChannels; ++i) {
      const std::string login = "channel" + std::to_string(i);
      const sim::LiveStream live(twitch.origin(), {.prefix = "/live/" + login, .window = 20}, media);
      twitch.set_live(login, std::to_string(1000 + i), "A title", "Chess", live.playlist_url());
    }
  }
  [[nodiscard]] std::string config() const {
    std::ofstream out(folder / "config.yaml");
    out << "platform: twitch\ntwitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
        << "  check_interval: 1\n  channels:\n";
    for (int i = 0; i < kChannels; ++i) out << "    - channel" << i << "\n";
    out << "recording: {min_free: 1MB}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    return (folder / "config.yaml").string();
  }
  /// Sessions that have at least so many segments on disk.
  [[nodiscard]] int recording(std::size_t segments) const {
    int count = 0;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "data/segments", missing)) {
      const auto log = SegmentLog::read_segments(entry.path().string());
      count += log && log->size() >= segments ? 1 : 0;
    }
    return count;
  }
};

TEST_F(ManyChannels, C66_ATerminationEndsAllRecordingsWithinFiveSecondsAndEachGoesOnLater) {
  go_live();
  ProgramRun run(folder.path(), {"run", "--config", config()});
  const auto until = std::chrono::steady_clock::now() + seconds(60);
  while (recording(3) < kChannels && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(200));
  ASSERT_EQ(recording(3), kChannels) << "not all of them are being recorded";
  const auto asked = std::chrono::steady_clock::now();
  run.signal(SIGTERM);
  const Output ended = run.wait(seconds(30));
  const auto took = std::chrono::steady_clock::now() - asked;
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_LT(took, seconds(5)) << std::chrono::duration<double>(took).count();
  auto store = SqliteStore::open((folder / "data/state.db").string());
  ASSERT_TRUE(store) << store.error().text;
  const auto kept = (*store)->load();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->sessions.size(), static_cast<std::size_t>(kChannels));
  for (const auto& session : kept->sessions) EXPECT_EQ(session.phase, session::Phase::recording);
  for (const auto& take : kept->takes) EXPECT_EQ(take.end_reason, "") << "it goes on where it was";
  for (const auto& session : kept->sessions) {
    const std::string log = (folder / "data/segments").string() + "/" + session.id.str();
    const auto segments = SegmentLog::read_segments(log);
    ASSERT_TRUE(segments) << segments.error().text;
    for (std::size_t i = 1; i < segments->size(); ++i)
      EXPECT_EQ(segments->at(i).info.sequence, segments->at(i - 1).info.sequence + 1);
    EXPECT_TRUE(SegmentLog::open(log));
  }
}

/// Peak of the resident bytes of a process, in MB.
double peak_mb(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

// bench/channels has three hundred of 6 Mbit/s, and the bar for the time that they cost.
TEST_F(ManyChannels, C77_FiftyChannelsAtOnceAreRecordedWithoutAGapInAMegabyteEach) {
  go_live();
  ProgramRun run(folder.path(), {"run", "--config", config()});
  const std::size_t enough = std::getenv("REC_LONG") == nullptr ? 12 : 45;
  const auto until = std::chrono::steady_clock::now() + seconds(120);
  while (recording(enough) < kChannels && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(500));
  ASSERT_EQ(recording(enough), kChannels);
  const Output status =
      run_program(folder.path(), {"status", "--json", "--config", (folder / "config.yaml").string()});
  const auto told = boost::json::parse(status.out).as_object();
  std::size_t sessions = 0;
  for (const auto& session : told.at("sessions").as_array()) {
    ++sessions;
    EXPECT_TRUE(session.at("gaps").as_array().empty()) << boost::json::serialize(session);
  }
  EXPECT_EQ(sessions, static_cast<std::size_t>(kChannels));
  // Unoptimised, with its code mapped in; without channels it has about sixty.
  EXPECT_LT(peak_mb(told.at("pid").to_number<std::int64_t>()), 60 + kChannels);
  run.signal(SIGTERM);
  EXPECT_EQ(run.wait(seconds(30)).exit_code, 143);
}

}  // namespace
}  // namespace rec
