// `streamrecorder record` against a real live stream on loopback.
#include <signal.h>

#include <fstream>
#include <thread>

#include <boost/json/parse.hpp>

#include "live_page.hpp"
#include "media_av/probe.hpp"

namespace rec {
namespace {

using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::wait_until_started;

class Record : public testing::Test {
 protected:
  TempFolder folder;
  sim::Origin origin;
  [[nodiscard]] std::string out() const { return (folder.path() / "out").string(); }
  [[nodiscard]] std::vector<std::filesystem::path> parts() const { return files_in(out(), ".mp4"); }
  void expect_no_journal() const {
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "out" / ".streamrecorder"));
  }
};

TEST_F(Record, ALiveStreamIsRecordedToItsEndAndReportedAsJson) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1"}, numbered_media(5, 1));
  wait_until_started(live);
  const Output run = run_program(folder.path(), {"record", live.playlist_url(), "--out", out(), "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto report = boost::json::parse(run.out).as_object();
  EXPECT_EQ(report.at("end").as_string(), "endlist");
  EXPECT_EQ(report.at("segments").to_number<int>(), 5);
  EXPECT_TRUE(report.at("gaps").as_array().empty());
  ASSERT_EQ(report.at("parts").as_array().size(), 1u);
  const auto& part = report.at("parts").as_array()[0].as_object();
  EXPECT_EQ(part.at("first_sequence").to_number<int>(), 0);
  EXPECT_EQ(part.at("last_sequence").to_number<int>(), 4);
  EXPECT_NEAR(part.at("duration_s").to_number<double>(), 5.0, 0.1);
  EXPECT_EQ(part.at("sha256").as_string().size(), 64u);
  EXPECT_EQ(part.at("bytes").to_number<std::uint64_t>(), std::filesystem::file_size(parts().at(0)));
  EXPECT_EQ(frames_in(parts()), counting(0, 125));
  expect_no_journal();
}

TEST_F(Record, CtrlCLeavesAPlayableFileOfAllThatWasRecorded) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1"}, numbered_media(30, 1));
  wait_until_started(live);
  ProgramRun run(folder.path(), {"record", live.playlist_url(), "--out", out(), "--json"});
  std::this_thread::sleep_for(seconds(5));
  run.signal(SIGINT);
  const Output ended = run.wait();
  EXPECT_EQ(ended.exit_code, 130) << ended.err;
  const auto report = boost::json::parse(ended.out).as_object();
  EXPECT_EQ(report.at("end").as_string(), "cancelled");
  const auto segments = report.at("segments").to_number<int>();
  EXPECT_GE(segments, 2);
  EXPECT_EQ(frames_in(parts()), counting(0, segments * 25));
  expect_no_journal();
}

TEST_F(Record, C64_KilledAndStartedAgainItGoesOnWhereItWasAndNothingIsMissingOrTwice) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1", .window = 8}, numbered_media(12, 1));
  wait_until_started(live);
  for (int kill = 0; kill < 2; ++kill) {
    ProgramRun run(folder.path(), {"record", live.playlist_url(), "--out", out()});
    std::this_thread::sleep_for(std::chrono::milliseconds(3300));
    run.signal(SIGKILL);
    EXPECT_EQ(run.wait().exit_code, 128 + SIGKILL);
  }
  const Output run = run_program(folder.path(), {"record", live.playlist_url(), "--out", out(), "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(boost::json::parse(run.out).as_object().at("segments").to_number<int>(), 12);
  EXPECT_EQ(frames_in(parts()), counting(0, 300));
  expect_no_journal();
}

TEST_F(Record, AQualityThatGoesIsReplacedByOneInAnotherContainerAndNothingIsMissingOrTwice) {
  sim::StreamOptions options;
  options.segments = 10;
  options.segment_seconds = 1;
  const auto fragments = sim::make_fmp4_stream(options);
  ASSERT_TRUE(fragments) << fragments.error().text;
  std::vector<sim::LiveSegment> pieces;
  for (const sim::TsSegment& one : fragments->segments) pieces.push_back({one.bytes, one.duration});
  auto packets = numbered_media(10, 1);
  const Instant now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  sim::LiveOptions of_best{.prefix = "/live/a/best", .first_program_date_time = now, .init = fragments->init};
  sim::LiveStream best(origin, std::move(of_best), std::move(pieces));
  sim::LiveOptions of_other{.prefix = "/live/a/other", .first_program_date_time = now};
  sim::LiveStream other(origin, std::move(of_other), std::move(packets));
  origin.add_file("/all.m3u8",
                  "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=320x180\n" + best.playlist_url() +
                      "\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=320x90\n" + other.playlist_url() + "\n",
                  "application/vnd.apple.mpegurl");
  wait_until_started(best);
  origin.fail_next(best.playlist_path(), sim::faults::status(404), sim::Origin::kForever, 5);
  const Output run =
      run_program(folder.path(), {"record", origin.url("/all.m3u8"), "--out", out(), "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(parts().size(), 2U);
  EXPECT_EQ(frames_in(parts()), counting(0, 250));
  expect_no_journal();
}

TEST_F(Record, OfPagesWithoutSoundOfItsOwnTheQualityAudioLeavesSoundAlone) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1"}, numbered_media(5, 1));
  wait_until_started(live);
  const Output run =
      run_program(folder.path(), {"record", live.playlist_url(), "--audio", "--out", out(), "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(boost::json::parse(run.out).as_object().at("segments").to_number<int>(), 5);
  ASSERT_EQ(parts().size(), 1U);
  const auto found = media::probe(parts()[0].string());
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->video_codec, "");
  EXPECT_EQ(found->audio_codec, "aac");
  EXPECT_NEAR(static_cast<double>(found->duration.count()), 5000, 100);
}

TEST_F(Record, ADurationStopsItThere) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1"}, numbered_media(30, 1));
  wait_until_started(live);
  const Output run = run_program(
      folder.path(), {"record", live.playlist_url(), "--out", out(), "--json", "--duration", "3s"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto report = boost::json::parse(run.out).as_object();
  EXPECT_EQ(report.at("end").as_string(), "duration");
  EXPECT_EQ(report.at("segments").to_number<int>(), 3);
  EXPECT_EQ(frames_in(parts()), counting(0, 75));
}

TEST_F(Record, APageThatYtDlpKnowsIsRecorded) {
  sim::LiveStream live(origin, {.prefix = "/live/a/1", .window = 10}, numbered_media(6, 1));
  wait_until_started(live);
  origin.add_file("/watch.html",
                  "<html><head><title>A stream</title></head><body><video src=\"" + live.playlist_url() +
                      "\"></video></body></html>",
                  "text/html");
  const Output run =
      run_program(folder.path(), {"record", origin.url("/watch.html"), "--out", out(), "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(frames_in(parts()), counting(0, 150));
}

TEST_F(Record, TwoRecordingsShareAFolderAndTheSameOneTwiceIsRefused) {
  sim::LiveStream a(origin, {.prefix = "/live/a/1"}, numbered_media(6, 1));
  wait_until_started(a);
  sim::LiveStream b(origin, {.prefix = "/live/b/1"}, numbered_media(6, 1));
  wait_until_started(b);
  std::filesystem::create_directories(folder / "a");
  std::filesystem::create_directories(folder / "b");
  ProgramRun first(folder / "a", {"record", a.playlist_url(), "--out", out()});
  ProgramRun second(folder / "b", {"record", b.playlist_url(), "--out", out()});
  std::this_thread::sleep_for(seconds(2));
  const Output third = run_program(folder.path(), {"record", a.playlist_url(), "--out", out()});
  EXPECT_EQ(third.exit_code, 6);
  EXPECT_NE(third.err.find("pid"), std::string::npos) << third.err;
  EXPECT_EQ(first.wait().exit_code, 0);
  EXPECT_EQ(second.wait().exit_code, 0);
  EXPECT_EQ(parts().size(), 2u);
}

}  // namespace
}  // namespace rec
