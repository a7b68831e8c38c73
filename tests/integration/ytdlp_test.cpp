// The real yt-dlp and the real ffmpeg as the second backend, on a live stream on loopback.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include <boost/json/parse.hpp>

#include "live_page.hpp"
#include "runtime/marked_processes.hpp"

namespace rec {
namespace {

using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::wait_until_started;

class YtDlpBackend : public testing::TestWithParam<bool> {
 protected:
  YtDlpBackend() {
    std::ofstream(folder / "config.yaml")
        << "recording:\n  capture: yt-dlp\n  use_mpegts: " << (GetParam() ? "true" : "false") << "\n";
  }
  [[nodiscard]] std::string out() const { return (folder.path() / "out").string(); }
  [[nodiscard]] std::vector<std::filesystem::path> parts() const { return files_in(out(), ".mp4"); }
  [[nodiscard]] std::vector<std::string> record(const std::string& url) const {
    return {"record", url, "--config", (folder / "config.yaml").string(), "--out", out(), "--json"};
  }
  /// The places that a running program has begun.
  [[nodiscard]] std::vector<std::filesystem::path> places() const {
    std::vector<std::filesystem::path> found;
    std::error_code gone;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder.path() / "out" / ".streamrecorder", gone)) {
      if (entry.path().filename().string().starts_with("media.")) found.push_back(entry.path());
    }
    return found;
  }
  /// Until something of substance was written.
  void wait_for_footage() const {
    for (int i = 0; i < 600; ++i) {
      for (const auto& file : places()) {
        std::error_code gone;
        if (std::filesystem::file_size(file, gone) > 30'000 && !gone) return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL() << "yt-dlp wrote nothing";
  }

  TempFolder folder;
  sim::Origin origin;
};

/// "75-299" when each follows the one before; a space where one does not.
std::string runs_of(const std::vector<int>& frames) {
  std::string text;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool begins = i == 0 || frames[i] != frames[i - 1] + 1;
    const bool ends = i + 1 == frames.size() || frames[i + 1] != frames[i] + 1;
    if (begins) text += (text.empty() ? "" : " ") + std::to_string(frames[i]);
    if (ends) text += "-" + std::to_string(frames[i]);
  }
  return text;
}
// Where a stream was cut off in the middle its last pictures lack those that are shown before and stored
// behind.
std::vector<int> without_cut(std::vector<int> frames) {
  frames.resize(frames.size() - std::min<std::size_t>(frames.size(), 3));
  return frames;
}
bool counts_up_by_one(const std::vector<int>& frames) {
  return runs_of(frames).find(' ') == std::string::npos;
}

TEST_P(YtDlpBackend, ALiveStreamIsRecordedToItsEndCutAndReported) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1", .window = 20}, numbered_media(12, 1));
  wait_until_started(live);
  const Output run = run_program(folder.path(), record(live.playlist_url()), std::chrono::seconds(120));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto report = boost::json::parse(run.out).as_object();
  EXPECT_EQ(report.at("end").as_string(), "endlist");
  ASSERT_FALSE(report.at("parts").as_array().empty());
  EXPECT_EQ(report.at("bytes").to_number<std::uint64_t>(), std::filesystem::file_size(parts().at(0)));
  const auto frames = frames_in(parts());
  ASSERT_GT(frames.size(), 50U);
  EXPECT_TRUE(counts_up_by_one(frames)) << runs_of(frames);
  EXPECT_EQ(frames.back(), 299) << "to the broadcast's end";
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out" / ".streamrecorder")) << "nothing is left";
}

TEST_P(YtDlpBackend, KilledAndStartedAgainItTakesOverWhatWasLeftAndGoesOn) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1", .window = 6}, numbered_media(28, 1));
  wait_until_started(live);
  std::string place;
  {
    ProgramRun run(folder.path(), record(live.playlist_url()));
    wait_for_footage();
    place = places().at(0).parent_path().string();
    run.signal(SIGKILL);
    EXPECT_EQ(run.wait().exit_code, 128 + SIGKILL);
  }
  const Output run = run_program(folder.path(), record(live.playlist_url()), std::chrono::seconds(150));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(processes_with("STREAMRECORDER_FILE_TAKE=" + place).empty()) << "an orphan still writes";
  ASSERT_EQ(parts().size(), 2U) << "what was left, and what came behind it";
  const auto left = without_cut(frames_in({parts()[0]}));
  const auto behind = frames_in({parts()[1]});
  EXPECT_GT(left.size(), 20U);
  EXPECT_TRUE(counts_up_by_one(left)) << runs_of(left);
  EXPECT_TRUE(counts_up_by_one(behind)) << runs_of(behind);
  EXPECT_EQ(behind.back(), 699);
  EXPECT_LT(left.front(), behind.front());
}

TEST_P(YtDlpBackend, CtrlCLeavesAPlayableFileOfAllThatWasRecorded) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1", .window = 6}, numbered_media(60, 1));
  wait_until_started(live);
  ProgramRun run(folder.path(), record(live.playlist_url()));
  wait_for_footage();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  run.signal(SIGINT);
  const Output ended = run.wait();
  EXPECT_EQ(ended.exit_code, 130) << ended.err;
  ASSERT_EQ(parts().size(), 1U);
  const auto frames = without_cut(frames_in(parts()));
  EXPECT_TRUE(counts_up_by_one(frames)) << runs_of(frames);
  EXPECT_GT(frames.size(), 25U);
}

INSTANTIATE_TEST_SUITE_P(Containers, YtDlpBackend, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Ts" : "Mp4"; });

}  // namespace
}  // namespace rec
