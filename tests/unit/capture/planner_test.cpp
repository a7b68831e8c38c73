// Case group C, the pure half: what of a window is new, whatever the numbers do.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>

#include "capture/segment_identity.hpp"
#include "planner_replay.hpp"

namespace rec::capture {
namespace {

std::vector<std::int64_t> numbers_of(const Plan& planned) {
  std::vector<std::int64_t> out;
  for (const auto& item : planned.items)
    if (const auto* segment = std::get_if<PlannedSegment>(&item)) out.push_back(segment->info.sequence);
  return out;
}

using Numbers = std::vector<std::int64_t>;

TEST(CaptureCase21, OfOverlappingWindowsEverySegmentIsPlannedOnce) {
  Replay replay;
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 10, .count = 4}))), (Numbers{10, 11, 12, 13}));
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 10, .count = 4}))), Numbers{});
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 12, .count = 4}))), (Numbers{14, 15}));
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 16, .count = 1}))), Numbers{16});
  EXPECT_TRUE(replay.gaps.empty());
}

TEST(CaptureCase24, AWindowThatSlidPastIsAnExactGap) {
  for (const bool timed : {false, true}) {
    Replay replay;
    const auto at = [&](int second) {
      return timed ? std::optional(kStart + std::chrono::seconds{second}) : std::nullopt;
    };
    replay.show(window_from({.first = 10, .count = 3, .time = at(0)}));
    const auto planned = replay.show(window_from({.first = 20, .count = 3, .time = at(20)}));
    EXPECT_EQ(numbers_of(planned), (Numbers{20, 21, 22}));
    EXPECT_FALSE(planned.new_epoch);
    ASSERT_EQ(replay.gaps.size(), 1U);
    EXPECT_EQ(replay.gaps[0].from_sequence, 13);
    EXPECT_EQ(replay.gaps[0].to_sequence, 19);
    EXPECT_EQ(replay.gaps[0].duration, std::chrono::seconds{14});
    EXPECT_EQ(replay.gaps[0].cause, GapCause::window_slid);
    EXPECT_TRUE(std::holds_alternative<Gap>(planned.items.front()));
  }
}

TEST(PlaylistClock, SettingItLosesNothingAndRecordsNothingTwice) {
  for (const int jump : {3600, -3600, 90, 6, 4, -4, -2}) {
    Replay replay;
    replay.since_newest = kLong;
    for (int i = 0; i < 12; ++i) {
      const int set = i >= 5 && i != 9 ? jump : 0;  // for one reload it is another edge's
      const auto time = kStart + std::chrono::seconds{2 * i + set};
      replay.show(window_from({.first = i, .time = time}));
    }
    ASSERT_EQ(replay.segments.size(), 17U) << jump;
    for (std::size_t i = 0; i < replay.segments.size(); ++i) {
      EXPECT_EQ(replay.segments[i].sequence, static_cast<std::int64_t>(i)) << jump;
      EXPECT_EQ(replay.segments[i].epoch, 1U) << jump;
    }
    EXPECT_TRUE(replay.gaps.empty()) << jump;
  }
}

TEST(PlaylistClock, WhatAnEncoderBroadcastsAnewUnderTheSameNamesIsNoClockThatWasSet) {
  Replay replay;
  replay.since_newest = 4 * kLong;
  replay.show(window_from({.first = 0, .count = 4, .time = kStart}));
  replay.show(window_from({.first = 0, .count = 4, .time = kStart + std::chrono::seconds{16}}));
  EXPECT_EQ(replay.segments.size(), 8U);
}

TEST(CaptureCase25, AnEdgeThatLagsIsIgnored) {
  for (const bool timed : {false, true}) {
    Replay replay;
    const auto at = [&](int second) {
      return timed ? std::optional(kStart + std::chrono::seconds{second}) : std::nullopt;
    };
    replay.show(window_from({.first = 100, .time = at(200)}));
    const auto overlapping = replay.show(window_from({.first = 97, .time = at(194)}));
    EXPECT_TRUE(overlapping.items.empty());
    EXPECT_TRUE(overlapping.stale);
    if (timed) {
      const auto apart = replay.show(window_from({.first = 50, .time = at(100)}));
      EXPECT_TRUE(apart.items.empty());
      EXPECT_TRUE(apart.stale);
    }
    EXPECT_EQ(numbers_of(replay.show(window_from({.first = 102, .time = at(204)}))), (Numbers{106, 107}));
    EXPECT_TRUE(replay.gaps.empty());
  }
}

TEST(CaptureCase26, ANumberResetIsANewEpochWithinOneReload) {
  Replay replay;
  replay.show(window_from({.first = 5000, .time = kStart}));
  const auto planned = replay.show(window_from(
      {.first = 0, .count = 2, .directory = "/run2/", .time = kStart + std::chrono::seconds{12}}));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_EQ(numbers_of(planned), (Numbers{0, 1}));
  EXPECT_EQ(replay.segments.back().epoch, 2U);
  EXPECT_TRUE(replay.gaps.empty()) << "no time is missing between the two";
  EXPECT_EQ(numbers_of(replay.show(
                window_from({.first = 1, .directory = "/run2/", .time = kStart + std::chrono::seconds{14}}))),
            (Numbers{2, 3, 4, 5, 6}));
  EXPECT_EQ(replay.segments.back().epoch, 2U);
}

TEST(CaptureCase27, AnEarlyResetIsSeenToo) {
  for (const bool timed : {false, true}) {
    Replay replay;
    const auto at = [&](int second) {
      return timed ? std::optional(kStart + std::chrono::seconds{second}) : std::nullopt;
    };
    replay.show(window_from({.first = 15, .directory = "/a/", .time = at(0)}));
    const auto planned =
        replay.show(window_from({.first = 0, .count = 3, .directory = "/b/", .time = at(12)}));
    EXPECT_TRUE(planned.new_epoch);
    EXPECT_EQ(numbers_of(planned), (Numbers{0, 1, 2}));
  }
}

TEST(CaptureCase27, AResetWhoseNumbersOverlapTheOldOnesIsSeenByContent) {
  Replay replay;
  replay.show(window_from({.first = 0, .directory = "/a/"}));
  const auto planned = replay.show(window_from({.first = 2, .directory = "/b/"}));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_EQ(numbers_of(planned), (Numbers{2, 3, 4, 5, 6, 7}));
}

TEST(CaptureCase27, AnEncoderThatReusesItsNamesIsToldApartByTime) {
  Replay replay;
  replay.show(window_from({.first = 0, .count = 6, .time = kStart}));
  const auto planned =
      replay.show(window_from({.first = 0, .count = 3, .time = kStart + std::chrono::seconds{40}}));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_EQ(numbers_of(planned), (Numbers{0, 1, 2}));
  ASSERT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(replay.gaps[0].cause, GapCause::offline);
  EXPECT_EQ(replay.gaps[0].epoch, 1U);
  EXPECT_EQ(replay.gaps[0].from_sequence, 5);
  EXPECT_EQ(replay.gaps[0].duration, std::chrono::seconds{28});
}

TEST(CaptureCase27, AnEncoderThatReusesItsNamesWithoutTimesIsBelievedOnRequest) {
  Replay replay;
  replay.show(window_from({.first = 0, .count = 20}));
  const auto window = window_from({.first = 0, .count = 3});
  EXPECT_TRUE(replay.show(window).stale);
  EXPECT_EQ(numbers_of(replay.show(window, true)), (Numbers{0, 1, 2}));
  EXPECT_EQ(replay.segments.back().epoch, 2U);
}

TEST(CaptureCase28, ARotatedTokenFetchesNothingTwice) {
  const auto playlist = [](std::string_view host, std::string_view token) {
    MediaPlaylist out;
    for (int i = 0; i < 3; ++i) {
      MediaSegment segment;
      segment.url = fmt::format("https://{}/v1/seg{}.ts?token={}", host, i, token);
      segment.sequence = i;
      segment.duration = kLong;
      out.segments.push_back(segment);
    }
    return out;
  };
  Replay replay;
  EXPECT_EQ(numbers_of(replay.show(window_of(playlist("a.example", "one")))).size(), 3U);
  const auto planned = replay.show(window_of(playlist("b.example", "two")));
  EXPECT_TRUE(planned.items.empty());
  EXPECT_EQ(planned.known.size(), 3U) << "the newer URLs are to be used for what is still being fetched";
}

TEST(CaptureCase29, RenumberedSegmentsAreNotRecordedAgain) {
  Replay replay;
  replay.show(window_from({.first = 100}));
  const auto planned = replay.show(window_from({.first = 7, .count = 6, .name_of_first = 102}));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_EQ(numbers_of(planned), (Numbers{11, 12}));
  EXPECT_EQ(replay.segments.back().identity, "/live/seg107.ts");
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 8, .count = 6, .name_of_first = 103}))),
            Numbers{13});
  EXPECT_TRUE(replay.gaps.empty());
}

TEST(CaptureCase58, AHalfSecondOfSkewIsNoGap) {
  Replay replay;
  replay.show(window_from({.first = 0, .time = kStart}));
  replay.show(window_from({.first = 3, .time = kStart + Millis{6'500}}));
  EXPECT_TRUE(replay.gaps.empty());
  EXPECT_EQ(replay.segments.size(), 9U);
}

TEST(CaptureCase62, ARolledUrlOverlapsByTimeWhenNothingElseIsTheSame) {
  Replay replay;
  replay.show(window_from({.first = 100, .directory = "/v1/segment/old-", .time = kStart}));
  const auto planned = replay.show(
      window_from({.first = 4, .directory = "/v1/segment/new-", .time = kStart + std::chrono::seconds{4}}));
  EXPECT_EQ(numbers_of(planned), (Numbers{8, 9}));
  EXPECT_TRUE(replay.gaps.empty());
}

TEST(CaptureCase64, ARestartWithinTheWindowMissesNothingAndRepeatsNothing) {
  Replay replay;
  replay.show(window_from({.first = 10}));
  replay.segments.resize(4);  // killed before the last two were on disk
  replay.restart();
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 12}))), (Numbers{14, 15, 16, 17}));
  EXPECT_EQ(replay.segments.back().take, 2U);
  EXPECT_EQ(replay.segments.back().epoch, 1U);
  EXPECT_TRUE(replay.gaps.empty());
}

TEST(CaptureCase65, ARestartAfterTheWindowHasPassedIsOneExactGap) {
  Replay replay;
  replay.show(window_from({.first = 10, .time = kStart}));
  replay.restart();
  EXPECT_EQ(
      numbers_of(replay.show(window_from({.first = 40, .time = kStart + std::chrono::seconds{60}}))).front(),
      40);
  ASSERT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(replay.gaps[0].from_sequence, 16);
  EXPECT_EQ(replay.gaps[0].to_sequence, 39);
  EXPECT_EQ(replay.gaps[0].duration, std::chrono::seconds{48});
  EXPECT_EQ(replay.gaps[0].take, 2U);
}

TEST(CaptureCase65, ABroadcastThatComesBackAnewIsOneOfflineGap) {
  for (const bool timed : {false, true}) {
    Replay replay;
    const auto at = [&](int second) {
      return timed ? std::optional(kStart + std::chrono::seconds{second}) : std::nullopt;
    };
    replay.show(window_from({.first = 10, .count = 5, .directory = "/a/", .time = at(0)}));
    replay.restart();
    replay.show(window_from({.first = 12, .count = 2, .directory = "/b/", .time = at(100)}));
    ASSERT_EQ(replay.gaps.size(), 1U);
    EXPECT_EQ(replay.gaps[0].cause, GapCause::offline);
    EXPECT_EQ(replay.gaps[0].from_sequence, 14);
    EXPECT_EQ(replay.gaps[0].duration, timed ? Micros(std::chrono::seconds{90}) : Micros{0});
    EXPECT_EQ(replay.segments.back().epoch, 2U);
  }
}

TEST(CaptureCase69, ATailThatIsReplayedUnderNewNumbersIsDropped) {
  Replay replay;
  replay.show(window_from({.first = 50}));
  EXPECT_TRUE(replay.show(window_from({.first = 56, .count = 6, .name_of_first = 50})).items.empty());
}

TEST(CaptureCase70, TheNextStartOfAYouTubeBroadcastIsANewEpoch) {
  const auto playlist = [](int start, int first) {
    MediaPlaylist out;
    for (int i = 0; i < 4; ++i) {
      MediaSegment segment;
      segment.url =
          fmt::format("https://rr{}.example/videoplayback/expire/{}/id/abc.{}/itag/96/sq/{}/file/seg.ts", i,
                      1000 + i, start, first + i);
      segment.sequence = first + i;
      segment.duration = kLong;
      out.segments.push_back(segment);
    }
    return out;
  };
  Replay replay;
  replay.show(window_of(playlist(1, 100)));
  EXPECT_EQ(numbers_of(replay.show(window_of(playlist(1, 102)))), (Numbers{104, 105}));
  const auto planned = replay.show(window_of(playlist(2, 0)));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_EQ(numbers_of(planned), (Numbers{0, 1, 2, 3}));
}

TEST(CaptureCase43, WhatTheOriginLacksIsAnUpstreamGapAndIsNeverPlanned) {
  auto window = window_from({.first = 0, .count = 6});
  window.segments[2].gap = window.segments[3].gap = true;
  Replay replay;
  EXPECT_EQ(numbers_of(replay.show(window)), (Numbers{0, 1, 4, 5}));
  ASSERT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(replay.gaps[0].cause, GapCause::upstream);
  EXPECT_EQ(replay.gaps[0].from_sequence, 2);
  EXPECT_EQ(replay.gaps[0].to_sequence, 3);
  EXPECT_EQ(replay.gaps[0].duration, std::chrono::seconds{4});
}

TEST(Planner, AJumpOfNumbersThatTimeContradictsIsANewEpochAndNotAGap) {
  Replay replay;
  replay.show(window_from({.first = 10, .time = kStart}));
  const auto planned =
      replay.show(window_from({.first = 1'700'000'000, .time = kStart + std::chrono::seconds{12}}));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_TRUE(replay.gaps.empty());
}

TEST(Planner, APauseOfTheEncoderWithNumbersThatGoOnIsAnOfflineGap) {
  Replay replay;
  replay.show(window_from({.first = 10, .time = kStart}));
  replay.show(window_from({.first = 16, .time = kStart + std::chrono::seconds{72}}));
  ASSERT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(replay.gaps[0].cause, GapCause::offline);
  EXPECT_EQ(replay.gaps[0].duration, std::chrono::seconds{60});
  EXPECT_EQ(replay.segments.back().epoch, 1U);
}

TEST(Planner, ALoopedSlateOfOneNameIsRecordedEachTime) {
  const auto slate = [](std::int64_t first) {
    auto window = window_from({.first = first, .count = 4});
    for (auto& segment : window.segments) segment.identity = "/live/slate.ts";
    return window;
  };
  Replay replay;
  EXPECT_EQ(numbers_of(replay.show(slate(0))), (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(numbers_of(replay.show(slate(2))), (Numbers{4, 5}));
  EXPECT_EQ(numbers_of(replay.show(slate(10))), (Numbers{10, 11, 12, 13}));
  EXPECT_EQ(replay.gaps.size(), 1U);
}

TEST(Planner, AnEmptyWindowChangesNothing) {
  Replay replay;
  EXPECT_TRUE(replay.show(Window{}).items.empty());
  replay.show(window_from({.first = 3}));
  EXPECT_TRUE(replay.show(Window{}).items.empty());
  EXPECT_EQ(numbers_of(replay.show(window_from({.first = 4}))), Numbers{9});
}

TEST(Planner, TenThousandSegmentsArePlannedInMilliseconds) {
  Replay replay;
  replay.show(window_from({.first = 0, .count = 10'000, .time = kStart}));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(numbers_of(replay.show(
                window_from({.first = 1, .count = 10'000, .time = kStart + std::chrono::seconds{2}}))),
            Numbers{10'000});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{1'000});
}

TEST(Planner, C26_NumbersThatJumpByYearsAreANewEpochAndNotAGapOfYears) {
  for (const std::int64_t jump :
       {std::int64_t{1'795'000'000}, std::int64_t{9'141'436'623'116}, INT64_MAX / 2}) {
    Replay replay;
    replay.show(window_from({.first = 100}));
    const auto planned = replay.show(window_from({.first = jump}));
    EXPECT_TRUE(planned.new_epoch) << jump;
    EXPECT_EQ(planned.fresh.size(), 6U);
    EXPECT_TRUE(replay.gaps.empty());
  }
  Replay replay;
  replay.show(window_from({.first = 100}));
  EXPECT_FALSE(replay.show(window_from({.first = 43'300})).new_epoch) << "a day later";
  ASSERT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(replay.gaps[0].duration, kLong * (43'300 - 106));
}

TEST(Planner, HigherNumbersInAnotherDirectoryAreANewEpochAndNotAGap) {
  Replay replay;
  replay.show(window_from({.first = 0, .directory = "/a/"}));
  const auto planned = replay.show(window_from({.first = 50, .directory = "/b/"}));
  EXPECT_TRUE(planned.new_epoch);
  EXPECT_TRUE(replay.gaps.empty());
}

}  // namespace
}  // namespace rec::capture
