// Case 19: the sound has a playlist of its own.
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;
using Names = std::vector<std::string>;

const std::string kPicture = "https://o.example/live/picture.m3u8";
const std::string kSound = "https://o.example/live/sound.m3u8";

class CaptureCase19 : public CaptureScript {
 protected:
  void SetUp() override {
    resolver.answer = [] {
      Resolved out;
      out.media_playlist_url = kPicture;
      out.audio_playlist_url = kSound;
      return Result<Resolved>(std::move(out));
    };
  }
  LiveScript live(std::string prefix) {
    return {.start = clock.steady() - seconds{6}, .prefix = std::move(prefix), .stops_at = 8, .ends = true};
  }
  [[nodiscard]] Names of_track(std::uint8_t track) const {
    Names out;
    for (std::size_t i = 0; i < sink.infos.size(); ++i)
      if (sink.infos[i].track == track) out.push_back(sink.order[i]);
    return out;
  }
  /// Is there a picture in the log before the sound that belongs before it?
  [[nodiscard]] bool picture_ran_ahead() const {
    std::int64_t sound = -1;
    for (const auto& info : sink.infos) {
      if (info.track == 1) sound = std::max(sound, info.sequence);
      if (info.track == 0 && info.sequence > sound + 1) return true;
    }
    return false;
  }
  static Names numbered(const std::string& what) {
    Names out;
    for (int i = 0; i < 8; ++i) out.push_back(fmt::format("{}seg{}", what, i));
    return out;
  }
};

TEST_F(CaptureCase19, PictureAndSoundOfSeparatePlaylistsAreBothRecordedAndTheSoundIsNeverBehind) {
  serve_live(kPicture, live("v-"));
  serve_live(kSound, live("a-"));
  start();
  run_for(seconds{40});
  EXPECT_EQ(of_track(0), numbered("v-"));
  EXPECT_EQ(of_track(1), numbered("a-"));
  EXPECT_FALSE(picture_ran_ahead());
  EXPECT_EQ(sink.opened, Names{kPicture}) << "a restart reopens the picture's";
  EXPECT_EQ(resolver.requests.size(), 1U) << "one answer of the page serves both";
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
}

TEST_F(CaptureCase19, SoundThatComesLateIsWaitedForSoThatNoPartIsCutWithoutIt) {
  serve_live(kPicture, live("v-"));
  auto late = live("a-");
  http.serve(kSound, [this, late](const HttpRequest&) {
    return Answer{.body = late.text(clock.steady()), .delay = Millis{3'000}};
  });
  start();
  run_for(seconds{60});
  EXPECT_EQ(of_track(0), numbered("v-"));
  EXPECT_EQ(of_track(1), numbered("a-"));
}

TEST_F(CaptureCase19, SoundThatNeverComesCostsThePictureNothing) {
  serve_live(kPicture, live("v-"));
  http.serve(kSound, {{.status = 404}});
  start();
  run_for(seconds{60});
  EXPECT_EQ(of_track(0), numbered("v-"));
  ASSERT_EQ(sink.gaps.size(), 1U) << "and is told";
  EXPECT_EQ(sink.gaps.front().cause, GapCause::sound);
  EXPECT_EQ(sink.gaps.front().duration, seconds{16});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
}

TEST_F(CaptureCase19, SoundThatIsMissingAloneIsAGapOfItsOwn) {
  serve_live(kPicture, live("v-"));
  serve_live(kSound, live("a-"));
  for (const int i : {3, 4})
    http.serve(fmt::format("https://o.example/live/a-seg{}.ts", i), {{.status = 404}});
  start();
  run_for(seconds{120});
  EXPECT_EQ(of_track(0), numbered("v-"));
  Micros missing{0};
  for (const Gap& gap : sink.gaps) {
    EXPECT_EQ(gap.cause, GapCause::sound);
    missing += gap.duration;
  }
  EXPECT_EQ(missing, seconds{4});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
}

TEST_F(CaptureCase19, WhatPictureAndSoundBothLackIsOneGap) {
  serve_live(kPicture, live("v-"));
  serve_live(kSound, live("a-"));
  for (const char* track : {"a", "v"})
    http.serve(fmt::format("https://o.example/live/{}-seg3.ts", track), {{.status = 404}});
  start();
  run_for(seconds{120});
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps.front().cause, GapCause::fetch_failed);
  EXPECT_EQ(sink.gaps.front().duration, seconds{2});
}

TEST_F(CaptureCase19, ALostSegmentBehindABreakOfTheClockSilencesNothingThatComesLater) {
  const auto break_at_three = [this](const std::string& prefix) {
    return
        [this, of = live(prefix), at = fmt::format("#EXTINF:2.000,\n{}seg3.ts", prefix)](const HttpRequest&) {
          auto text = of.text(clock.steady());
          if (const auto place = text.find(at); place != std::string::npos)
            text.insert(place, "#EXT-X-DISCONTINUITY\n");
          return Answer{.body = std::move(text)};
        };
  };
  http.serve(kPicture, break_at_three("v-"));
  http.serve(kSound, break_at_three("a-"));
  http.serve("https://o.example/live/v-seg3.ts", {{.status = 404}});
  start();
  run_for(seconds{120});
  // Pictures behind their k-th break are heard with the sound behind its own.
  std::map<std::uint8_t, std::vector<std::int64_t>> breaks;
  for (const SegmentInfo& info : sink.infos)
    if (info.discontinuity) breaks[info.track].push_back(info.sequence);
  EXPECT_EQ(breaks[0], std::vector<std::int64_t>{4}) << "the first picture behind it that there is";
  EXPECT_EQ(breaks[1], std::vector<std::int64_t>{3});
  EXPECT_EQ(of_track(0).size(), 7U);
}

TEST_F(CaptureCase19, SoundThatIsGoneForAWhileAndSlidesOutOfItsWindowIsAGap) {
  auto picture = live("v-");
  picture.stops_at = 40;
  serve_live(kPicture, picture);
  auto sound = picture;
  sound.prefix = "a-";
  const auto from = clock.steady() + seconds{10};
  http.serve(kSound, [this, sound, from](const HttpRequest&) {
    const auto now = clock.steady();
    if (now >= from && now < from + seconds{40}) return Answer{.status = 503};
    return Answer{.body = sound.text(now)};
  });
  start();
  run_for(seconds{120});
  EXPECT_EQ(of_track(0).size(), 40U);
  Micros missing{0};
  for (const Gap& gap : sink.gaps) {
    EXPECT_EQ(gap.cause, GapCause::sound);
    missing += gap.duration;
  }
  EXPECT_EQ(missing, seconds{2} * (40 - static_cast<int>(of_track(1).size())));
  EXPECT_GE(missing, seconds{20});
}

TEST_F(CaptureCase19, SoundThatStopsInTheMiddleHoldsThePictureUpForTenSecondsAtMost) {
  auto picture = live("v-");
  picture.stops_at = 30;
  serve_live(kPicture, picture);
  auto sound = live("a-");
  sound.stops_at = 6;
  sound.ends = false;
  serve_live(kSound, sound);
  start();
  run_for(seconds{50});
  EXPECT_GE(of_track(0).size(), 25U);
  EXPECT_TRUE(sink.gaps.empty());
}

TEST_F(CaptureCase19, AfterARestartBothGoOnBehindWhatIsRecorded) {
  for (int i = 0; i < 3; ++i) {
    SegmentInfo info;
    info.sequence = i;
    info.duration = seconds{2};
    info.program_date_time = kScriptStart + seconds{2} * i;
    info.identity = fmt::format("/live/v-seg{}.ts", i);
    request.recent.push_back(info);
    info.identity = fmt::format("/live/a-seg{}.ts", i);
    info.track = 1;
    request.recent_sound.push_back(info);
  }
  request.reopen_url = kPicture;
  serve_live(kPicture, live("v-"));
  serve_live(kSound, live("a-"));
  start();
  run_for(seconds{40});
  const auto picture = of_track(0);
  const auto sound = of_track(1);
  EXPECT_EQ(picture, Names({"v-seg3", "v-seg4", "v-seg5", "v-seg6", "v-seg7"}));
  EXPECT_EQ(sound, Names({"a-seg3", "a-seg4", "a-seg5", "a-seg6", "a-seg7"}));
}

}  // namespace
}  // namespace rec::capture
