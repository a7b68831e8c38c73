// Cases 26 and 29 against the whole engine: an origin whose numbers begin anew, under other names or the
// same.
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

const std::string kAnewUrl = "https://o.example/live/index.m3u8";
const std::string kAnewDir = "https://o.example/live/";
using std::chrono::seconds;

/// What one script shows up to that moment, and another one from then on.
class OriginThatBeginsAnew : public CaptureScript {
 protected:
  void serve(LiveScript before, SteadyTime change, LiveScript behind) {
    http.serve(kAnewUrl, [this, before, change, behind](const HttpRequest&) {
      const auto now = clock.steady();
      return Answer{.body = (now < change ? before : behind).text(now)};
    });
    resolver.live_at(kAnewUrl);
    start();
  }
  /// Of all segments that were asked for, none was asked for again.
  [[nodiscard]] bool each_was_asked_for_once() const {
    std::map<std::string, int> hits;
    for (const auto& one : http.log)
      if (one.url != kAnewUrl) ++hits[one.url];
    return std::ranges::all_of(hits, [](const auto& one) { return one.second == 1; });
  }
};

class CaptureCase26E : public OriginThatBeginsAnew {};
TEST_F(CaptureCase26E, AnEncoderWhoseNumbersBeginAnewMidStreamLosesNothingAndDoublesNothing) {
  for (const bool timed : {true, false}) {
    const auto begin = clock.steady();
    const auto zero = clock.now();
    sink = {};
    http.log.clear();
    end.reset();
    serve({.start = begin, .time_zero = zero, .first_number = 5000, .timed = timed}, begin + seconds{20},
          {.start = begin + seconds{20},
           .time_zero = zero + seconds{20},
           .prefix = "run2-",
           .timed = timed,
           .stops_at = 10,
           .ends = true});
    run_for(seconds{60});
    ASSERT_TRUE(end.has_value()) << timed;
    auto expected = names(0, 9);
    for (const auto& again : names(0, 9)) expected.push_back("run2-" + again);
    EXPECT_EQ(sink.order, expected) << timed;
    EXPECT_TRUE(each_was_asked_for_once()) << timed;
    const auto media = sink.media();
    ASSERT_EQ(media.size(), 20U) << timed;
    for (std::size_t i = 0; i < media.size(); ++i) {
      EXPECT_EQ(media[i].sequence, static_cast<std::int64_t>(i < 10 ? 5000 + i : i - 10));
      EXPECT_EQ(media[i].epoch, i < 10 ? 1U : 2U);
      if (timed) EXPECT_EQ(media[i].program_date_time, zero + seconds{2 * static_cast<int>(i)});
    }
  }
}

TEST_F(CaptureCase26E, WhatWasStillBeingTriedWhenTheNumbersBeganAnewIsInItsPlace) {
  const auto begin = clock.steady();
  http.serve(
      kAnewDir + "seg9.ts",
      {{.status = 404}, {.status = 404}, {.status = 404}, {.status = 404}, {.body = packet_of("seg9.ts")}});
  serve({.start = begin, .first_number = 5000}, begin + seconds{20},
        {.start = begin + seconds{20},
         .time_zero = kScriptStart + seconds{20},
         .prefix = "run2-",
         .stops_at = 5,
         .ends = true});
  run_for(seconds{40});
  auto expected = names(0, 9);
  for (const auto& again : names(0, 4)) expected.push_back("run2-" + again);
  EXPECT_EQ(sink.order, expected);
  EXPECT_EQ(http.hits(kAnewDir + "seg9.ts"), 5);
}

class CaptureCase29E : public OriginThatBeginsAnew {};
TEST_F(CaptureCase29E, AnOriginThatNumbersTheSameSegmentsAnewLosesNothingAndDoublesNothing) {
  for (const std::int64_t number : {std::int64_t{7}, std::int64_t{103}, std::int64_t{90'000}}) {
    for (const bool timed : {true, false}) {
      const auto begin = clock.steady();
      sink = {};
      http.log.clear();
      end.reset();
      LiveScript live{.start = begin,
                      .time_zero = clock.now(),
                      .first_number = 100,
                      .timed = timed,
                      .stops_at = 20,
                      .ends = true};
      auto renumbered = live;
      renumbered.first_number = number;
      serve(live, begin + seconds{19}, renumbered);
      run_for(seconds{60});
      ASSERT_TRUE(end.has_value()) << number << timed;
      EXPECT_EQ(sink.order, names(0, 19)) << number << timed;
      EXPECT_TRUE(each_was_asked_for_once()) << number << timed;
      EXPECT_EQ(sink.media().back().sequence, number + 19);
      EXPECT_EQ(sink.media().back().epoch, 2U);
    }
  }
}

}  // namespace
}  // namespace rec::capture
