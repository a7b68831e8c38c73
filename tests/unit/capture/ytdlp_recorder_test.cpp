// yt-dlp as a recorder, against a program that behaves like it: well, badly, and not at all.
#include "capture/ytdlp_recorder.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "runtime/marked_processes.hpp"
#include "ytdlp_fake.hpp"

namespace rec::capture {
namespace {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

constexpr const char* kOffline =
    "echo 'ERROR: [twitch:stream] someone: The channel is not currently live' >&2; exit 1";

TEST_F(YtDlpRecording, RunFollowsRunUntilThePageIsOffline) {
  program_does(std::string("[ $n -gt 2 ] && { ") + kOffline + "; }\nfootage > $folder/media.mp4");
  const CaptureEnd end = record();
  EXPECT_EQ(end.reason, EndReason::offline) << end.text;
  EXPECT_NE(end.text.find("not currently live"), std::string::npos) << end.text;
  EXPECT_EQ(sink.places.size(), 3U);
  EXPECT_EQ(sink.ended, (std::vector<int>{1, 2}))
      << "the third brought nothing: its place is still to be had";
  EXPECT_EQ(text_of("arguments.1").find("--match-filter"), std::string::npos);
  EXPECT_NE(text_of("arguments.2").find("--match-filter\nis_live!=?0\n"), std::string::npos)
      << "what is not live any more must not be fetched again";
}

TEST_F(YtDlpRecording, ARunThatEndsWellIsNotRepeatedWhenTheBroadcastIsOver) {
  program_does("footage > $folder/media.mp4");
  int asked = 0;
  options.still_live = [&asked](FileCaptureRequest) -> Task<bool> { co_return ++asked < 2; };
  const CaptureEnd end = record();
  EXPECT_EQ(end.reason, EndReason::endlist) << end.text;
  EXPECT_EQ(sink.places.size(), 2U);
}

TEST_F(YtDlpRecording, APageThatIsSkippedBecauseItIsNotLiveIsOffline) {
  program_does("echo 'someone does not pass filter (is_live!=?0), skipping ..'");
  EXPECT_EQ(record().reason, EndReason::offline);
  EXPECT_EQ(sink.places.size(), 1U);
}

TEST_F(YtDlpRecording, ALineOfTenMegabytesAndAFloodOfLinesHoldNothingUp) {
  program_does(
      "head -c 10000000 /dev/zero | tr '\\0' x\n"
      "head -c 1000000 /dev/zero | tr '\\0' '\\r'\n"
      "for i in $(seq 2000); do echo \"frame=$i\"; echo noise >&2; done\n"
      "echo 'ERROR: [site] members-only content' >&2; exit 1");
  const CaptureEnd end = record();
  EXPECT_EQ(end.reason, EndReason::denied) << end.text;
}

TEST_F(YtDlpRecording, ARunThatHangsIsEndedAndTheNextOneGoesOn) {
  options.stalled_after = Millis(300);
  program_does(std::string("[ $n = 2 ] && { ") + kOffline +
               "; }\nfootage > $folder/media.mp4.part\ntrap 'exit 1' INT\nsleep 60 & wait");
  const CaptureEnd end = record();
  EXPECT_EQ(end.reason, EndReason::offline) << end.text;
  EXPECT_EQ(sink.places.size(), 2U);
}

TEST_F(YtDlpRecording, WithoutRoomARunIsEndedAndTheNextOneAsksForItsPlace) {
  sink.no_room_once = true;
  program_does(std::string("[ $n = 2 ] && { ") + kOffline +
               "; }\nfootage > $folder/media.mp4.part\nsleep 60");
  EXPECT_EQ(record().reason, EndReason::offline);
  EXPECT_EQ(sink.ended, (std::vector<int>{1})) << "what it has is kept";
}

TEST_F(YtDlpRecording, ARunThatDiesIsFollowedByTheNext) {
  program_does(std::string("[ $n = 2 ] && { ") + kOffline +
               "; }\nfootage > $folder/media.mp4.part\nkill -9 $$");
  EXPECT_EQ(record().reason, EndReason::offline);
  EXPECT_EQ(sink.places.size(), 2U);
}

TEST_F(YtDlpRecording, WhatCannotBeWrittenAsMp4IsRecordedAsMpegTs) {
  program_does(std::string("[ $n = 3 ] && { ") + kOffline +
               "; }\n[ $n = 1 ] && { echo 'ERROR: ffmpeg exited with code 1' >&2; exit 1; }\n"
               "footage > $folder/media.mp4");
  EXPECT_EQ(record().reason, EndReason::offline);
  EXPECT_NE(text_of("arguments.1").find("--no-hls-use-mpegts"), std::string::npos);
  EXPECT_NE(text_of("arguments.2").find("\n--hls-use-mpegts"), std::string::npos);
}

TEST_F(YtDlpRecording, AProgramThatIsNotThereIsNamedWithItsCure) {
  const CaptureEnd end = record();
  EXPECT_EQ(end.reason, EndReason::failed);
  EXPECT_NE(end.text.find("yt-dlp"), std::string::npos) << end.text;
}

TEST_F(YtDlpRecording, WhatIsRefusedForGoodIsNotAskedForAgain) {
  program_does("echo 'ERROR: Unsupported URL: https://page.invalid/live' >&2; exit 1");
  EXPECT_EQ(record().reason, EndReason::failed);
  EXPECT_EQ(sink.places.size(), 1U);
}

TEST_F(YtDlpRecording, TheProxysPasswordIsInNobodysArguments) {
  request.proxy = "http://user:secret@proxy.invalid:1";
  program_does(kOffline);
  record();
  EXPECT_EQ(text_of("arguments.1").find("secret"), std::string::npos);
  EXPECT_NE(text_of("environment.1").find("https_proxy=http://user:secret@proxy.invalid:1"),
            std::string::npos);
}

TEST_F(YtDlpRecording, TheCookiesFileIsCopiedAndTheCopyIsGoneAfterwards) {
  const auto cookies = (folder_ / "cookies.txt").string();
  std::ofstream(cookies) << "mine\n";
  request.cookies_file = cookies;
  program_does(
      std::string("for i in \"${!all[@]}\"; do [ \"${all[$i]}\" = --cookies ] && "
                  "jar=${all[$((i+1))]}; done; cat $jar > seen; echo $jar > where; echo spoilt > $jar\n") +
      kOffline);
  record();
  EXPECT_EQ(text_of("seen"), "mine\n");
  EXPECT_EQ(text_of("cookies.txt"), "mine\n");
  std::string copy = text_of("where");
  copy.pop_back();
  EXPECT_FALSE(std::filesystem::exists(copy));
}

/// Says that it opens segments `from` to `to`, as ffmpeg does.
std::string opens(int from, int to) {
  return "for i in $(seq " + std::to_string(from) + " " + std::to_string(to) +
         "); do echo \"[hls @ 0x1] Opening 'https://e.invalid/seg$i.ts' for reading\" >&2; done\n";
}

TEST_F(YtDlpRecording, WhatIsMissedBetweenTwoRunsIsAGapAndWhatIsNotIsNone) {
  program_does(std::string("[ $n = 4 ] && { ") + kOffline + "; }\n" + "[ $n = 1 ] && { " + opens(1, 9) +
               "}\n" + "[ $n = 2 ] && { " + opens(8, 12) + "}\n" + "[ $n = 3 ] && { sleep 1; " +
               opens(20, 22) + "}\n" + "footage > $folder/media.mp4");
  EXPECT_EQ(record().reason, EndReason::offline);
  ASSERT_EQ(sink.gaps.size(), 1U) << "the second run began within the first";
  EXPECT_EQ(sink.gaps[0].number, 3);
  EXPECT_EQ(sink.gaps[0].cause, GapCause::window_slid);
  EXPECT_GT(sink.gaps[0].duration, Micros{0});
  EXPECT_LT(sink.gaps[0].duration, std::chrono::seconds{30});
}

TEST_F(YtDlpRecording, WhereNoSegmentsAreToldOfTheGapIsAsLongAsNothingWasWritten) {
  program_does(std::string("[ $n = 3 ] && { ") + kOffline +
               "; }\n[ $n = 2 ] && sleep 3\nfootage > $folder/media.mp4");
  EXPECT_EQ(record().reason, EndReason::offline);
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps[0].number, 2);
  EXPECT_NEAR(std::chrono::duration<double>(sink.gaps[0].duration).count(), 3, 1.9);
}

TEST_F(YtDlpRecording, WhatWasMissedWhileTheProgramWasNotRunningIsAGapOfThatLength) {
  request.continues = true;
  request.newest_age = std::chrono::minutes{10};
  program_does(std::string("[ $n = 2 ] && { ") + kOffline + "; }\n" + opens(400, 405) +
               "footage > $folder/media.mp4");
  EXPECT_EQ(record().reason, EndReason::offline);
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_NEAR(std::chrono::duration<double>(sink.gaps[0].duration).count(), 600, 20);
}

TEST_F(YtDlpRecording, CancellingEndsTheProgramAndAllThatItStarted) {
  program_does("footage > $folder/media.mp4.part\nsleep 60");
  const auto one = recorder();
  const auto soon = [](Clock& clock) -> asio::awaitable<void> {
    co_await clock.sleep(std::chrono::milliseconds(500));
  };
  const auto begun = std::chrono::steady_clock::now();
  asio::co_spawn(io, one->record(request, sink) || soon(clock), [](const std::exception_ptr&, auto) {});
  io.run();
  ASSERT_EQ(sink.places.size(), 1U);
  EXPECT_TRUE(processes_with("STREAMRECORDER_FILE_TAKE=" + sink.places[0].folder).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
}

TEST_F(YtDlpRecording, WhatAKilledProgramLeftRunningIsFoundByItsPlaceAndEnded) {
  const std::string place = folder_.string();
  const pid_t left = ::fork();
  if (left == 0) {
    ::setenv("STREAMRECORDER_FILE_TAKE", place.c_str(), 1);
    ::setsid();
    ::execlp("sleep", "sleep", "60", nullptr);
    ::_exit(1);
  }
  const std::string mark = "STREAMRECORDER_FILE_TAKE=" + place;
  while (processes_with(mark).empty()) ::usleep(10'000);
  ASSERT_TRUE(processes_with(mark + "/1").empty()) << "another place's";
  const auto one = recorder();
  std::optional<Result<void>> ended;
  asio::co_spawn(io, one->end_leftovers(place),
                 [&](const std::exception_ptr&, Result<void> result) { ended = std::move(result); });
  io.run();
  ASSERT_TRUE(ended.value());
  int status = 0;
  EXPECT_EQ(::waitpid(left, &status, 0), left);
  EXPECT_EQ(WTERMSIG(status), SIGINT) << "what it has is to be readable";
}

TEST_F(YtDlpRecording, TheBeginningIsFetchedUpToWhereTheRecordingBegan) {
  request.until_sequence = 5;
  program_does(
      "echo '[info] x: Downloading 1 format(s): 299+140'\n"
      "footage > $folder/media.f299.mp4.part; footage > $folder/media.f140.m4a.part\n"
      "trap 'exit 1' INT\n"
      "for i in 1 2 3 4 5; do echo \"1: [[rec]] 299 $i 90\"; done\n"
      "for i in 1 2 3; do echo \"2: [[rec]] 140 $i 90\"; done\n"
      "sleep 0.4; touch waited\n"
      "for i in 4 5; do echo \"2: [[rec]] 140 $i 91\"; done\n"
      "sleep 60 & wait");
  const CaptureEnd end = record(true);
  EXPECT_EQ(end.reason, EndReason::endlist) << end.text;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "waited")) << "the sound was not there yet";
  EXPECT_NE(text_of("arguments.1").find("--live-from-start"), std::string::npos);
  EXPECT_EQ(sink.ended, (std::vector<int>{1}));
}

TEST_F(YtDlpRecording, ABeginningThatCannotBeHadIsTriedOnce) {
  program_does("echo 'ERROR: [youtube] x: Requested format is not available' >&2; exit 1");
  EXPECT_EQ(record(true).reason, EndReason::failed);
  EXPECT_EQ(sink.places.size(), 1U);
}

}  // namespace
}  // namespace rec::capture
