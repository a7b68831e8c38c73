// Case group F on Twitch playlists: ads that are stitched in, prefetched segments, discontinuities that are
// none.
#include "capture/ad_marks.hpp"
#include "capture/planner.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;
using Order = std::vector<std::string>;

const std::string kAdUrl = "https://edge.example/v1/playlist/x.m3u8";
const std::string kAdFolder = "https://edge.example/v1/segment/";

std::string range_tag(std::string_view id, std::string_view range_class, int from, std::string_view rest) {
  return fmt::format("#EXT-X-DATERANGE:ID=\"{}\",CLASS=\"{}\",START-DATE=\"{}\"{}\n", id, range_class,
                     iso8601(kScriptStart + seconds{from}), rest);
}

/// A Twitch timeline: one letter a segment of 2 s; l = live, a = ad, t = ad that only its title gives away.
/// `|` before a letter is an EXT-X-DISCONTINUITY.
struct TwitchScript {
  std::string timeline{};
  std::string header{};
  int first = 0;  ///< index into the timeline of the first segment shown
  int count = 1'000;
  std::string footer{};

  [[nodiscard]] std::string text() const {
    auto out = fmt::format(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-TWITCH-ELAPSED-SECS:9.0\n{}",
        100 + first, header);
    bool seam = false;
    int i = 0;
    for (const char kind : timeline) {
      if (kind == '|') {
        seam = true;
        continue;
      }
      if (i >= first && i < first + count) {
        if (seam) out += "#EXT-X-DISCONTINUITY\n";
        out += fmt::format("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:2.000,{}\n{}{}{}.ts\n",
                           iso8601(kScriptStart + seconds{2 * i}), kind == 't' ? "Amazon|123" : "live",
                           kind == 'l' ? kAdFolder : "https://ads.example/v1/segment/",
                           kind == 'l' ? "seg" : "ad", i);
      }
      seam = false;
      ++i;
    }
    return out + footer;
  }
  [[nodiscard]] MediaPlaylist playlist() const {
    return std::get<MediaPlaylist>(parse_playlist(text(), kAdUrl).value());
  }
  /// 'a' for each segment that is taken for an ad, 'l' for each other.
  [[nodiscard]] std::string seen() const {
    std::string out;
    for (const auto& mark : marks_of(playlist())) out += mark.ad ? 'a' : 'l';
    return out;
  }
};

TEST(CaptureCase53, AnAdIsKnownByItsClassItsIdAndItsTitle) {
  const std::string pod = ",DURATION=4.0";
  EXPECT_EQ((TwitchScript{"aall", range_tag("x", "twitch-stitched-ad", 0, pod)}.seen()), "aall");
  EXPECT_EQ((TwitchScript{"aall", range_tag("stitched-ad-7", "other", 0, pod)}.seen()), "aall");
  EXPECT_EQ((TwitchScript{"ttll"}.seen()), "aall");
  EXPECT_EQ((TwitchScript{"llaal", range_tag("x", "twitch-stitched-ad", 4, pod)}.seen()), "llaal");
  EXPECT_EQ((TwitchScript{"talaal", range_tag("x", "twitch-stitched-ad", 2, ",DURATION=2.0") +
                                        range_tag("y", "twitch-stitched-ad", 6, pod)}
                 .seen()),
            "aalaal");
  EXPECT_EQ((TwitchScript{"llll", range_tag("q", "twitch-ad-quartile", 0, pod)}.seen()), "llll");
}

TEST(CaptureCase53, AnAdLastsAsLongAsItsRangeSaysInWhateverForm) {
  const auto seen = [](std::string_view rest) {
    return TwitchScript{"lalll", range_tag("x", "twitch-stitched-ad", 2, rest)}.seen();
  };
  EXPECT_EQ(seen(",DURATION=2.000"), "lalll");
  EXPECT_EQ(seen(",PLANNED-DURATION=2.000"), "lalll");
  EXPECT_EQ(seen(fmt::format(",END-DATE=\"{}\"", iso8601(kScriptStart + seconds{4}))), "lalll");
  EXPECT_EQ(seen(fmt::format(",END-DATE=\"{}\",DURATION=60", iso8601(kScriptStart + seconds{4}))), "lalll");
  EXPECT_EQ(seen(""), "laaaa") << "without an end it lasts on";
}

TEST(CaptureCase53, OnOtherSitesNothingIsAnAd) {
  const auto parsed = parse_playlist("#EXTM3U\n#EXTINF:2,The Amazon river\na.ts\n", kAdUrl);
  EXPECT_FALSE(marks_of(std::get<MediaPlaylist>(parsed.value())).front().ad);
}

TEST(CaptureCase55, ADiscontinuityIsBelievedAtTheEdgesOfAnAdAndNotBetweenLiveSegments) {
  const TwitchScript script{"|ll|ll|aa|l|l", range_tag("x", "twitch-stitched-ad", 8, ",DURATION=4.0")};
  std::string seams;
  for (const auto& mark : marks_of(script.playlist())) seams += mark.discontinuity ? '|' : '.';
  EXPECT_EQ(seams, "....|.|.");
  const auto other = parse_playlist(
      "#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\nb.ts\n#EXT-X-TWITCH-INFO:X=1\n"
      "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:2,\nc.mp4\n",
      kAdUrl);
  const auto marks = marks_of(std::get<MediaPlaylist>(other.value()));
  EXPECT_FALSE(marks[1].discontinuity);
  EXPECT_TRUE(marks[2].discontinuity) << "another initialization section is a seam";
  const auto plain =
      parse_playlist("#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\nb.ts\n", kAdUrl);
  EXPECT_TRUE(marks_of(std::get<MediaPlaylist>(plain.value()))[1].discontinuity) << "other sites mean it";
}

TEST(CaptureCase57, AnAdBreakIsOneExactGapHoweverManyWindowsShowIt) {
  TwitchScript script{"llaaaaalll", range_tag("x", "twitch-stitched-ad", 4, ",DURATION=10.0"), 0, 3};
  Cursor cursor;
  std::vector<Gap> gaps;
  std::string planned;
  for (script.first = 0; script.first <= 7; ++script.first) {
    const auto window = window_of(script.playlist());
    const auto one = plan(cursor, window, {});
    EXPECT_FALSE(one.fresh.empty());
    for (const auto& item : one.items) {
      if (const auto* gap = std::get_if<Gap>(&item)) {
        gaps.push_back(*gap);
        planned += 'g';
      } else {
        planned += 'l';
      }
    }
    cursor = advanced(std::move(cursor), one, window.segments.size());
  }
  EXPECT_EQ(planned, "llglll");
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].cause, GapCause::ad);
  EXPECT_EQ(gaps[0].from_sequence, 102);
  EXPECT_EQ(gaps[0].to_sequence, 106);
  EXPECT_EQ(gaps[0].duration, seconds{10});
  EXPECT_EQ(gaps[0].epoch, 1U);
  EXPECT_FALSE(cursor.open_ad.has_value());
}

TEST(CaptureCase57, AfterARestartWithinAnAdBreakItsRestIsAnAdGapInTheSameEpoch) {
  TwitchScript script{"llaaaaalll", range_tag("x", "twitch-stitched-ad", 4, ",DURATION=10.0"), 0, 2};
  const auto before = plan({}, window_of(script.playlist()), {});
  script.first = 4;
  script.count = 4;
  const auto after = plan(Cursor{before.fresh, {}}, window_of(script.playlist()), {.take = 2});
  ASSERT_EQ(after.items.size(), 3U);
  EXPECT_FALSE(after.new_epoch);
  const auto& slid = std::get<Gap>(after.items[0]);
  EXPECT_EQ(slid.cause, GapCause::window_slid);
  EXPECT_EQ(slid.duration, seconds{4});
  const auto& ad = std::get<Gap>(after.items[1]);
  EXPECT_EQ(ad.cause, GapCause::ad);
  EXPECT_EQ(ad.duration, seconds{6});
  EXPECT_EQ(ad.take, 2U);
}

class TwitchTake : public CaptureScript {
 protected:
  /// The timeline grows by one segment each 2 s; a window of six.
  void serve_timeline(TwitchScript script, bool ends = true) {
    const auto begin = clock.steady();
    http.serve(kAdUrl, [this, script, begin, ends](const HttpRequest&) mutable {
      const auto total = static_cast<int>(
          std::count_if(script.timeline.begin(), script.timeline.end(), [](char c) { return c != '|'; }));
      const auto made = std::min(total, static_cast<int>((clock.steady() - begin) / seconds{2}) + 1);
      script.first = std::max(0, made - 6);
      script.count = made - script.first;
      return Answer{.body = script.text() + (ends && made == total ? "#EXT-X-ENDLIST\n" : "")};
    });
    resolver.live_at(kAdUrl);
  }
};

using CaptureCase57E = TwitchTake;
TEST_F(CaptureCase57E, AMidRollIsNotRecordedAndIsAGapInItsPlace) {
  serve_timeline({"lll|aaaa|lll", range_tag("x", "twitch-stitched-ad", 6, ",DURATION=8.0")});
  start();
  run_for(seconds{60});
  EXPECT_EQ(sink.order, (Order{"seg0", "seg1", "seg2", "gap:ad:103-106", "seg7", "seg8", "seg9"}));
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps[0].duration, seconds{8});
  for (const auto& asked : http.log) EXPECT_EQ(asked.url.find("ads.example"), std::string::npos);
  EXPECT_TRUE(sink.infos[3].discontinuity);
  EXPECT_EQ(sink.infos.back().epoch, 1U);
}

TEST_F(CaptureCase57E, AnAdBreakAtTheEndIsAGapToo) {
  serve_timeline({"llltt"});
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(sink.order, (Order{"seg0", "seg1", "seg2", "gap:ad:103-104"}));
}

using CaptureCase55E = TwitchTake;
TEST_F(CaptureCase55E, ABogusDiscontinuityIsNotToldToAnybody) {
  serve_timeline({"l|l|lll|l"});
  start();
  run_for(seconds{40});
  EXPECT_EQ(sink.order.size(), 6U);
  for (const auto& info : sink.infos) EXPECT_FALSE(info.discontinuity);
}

using CaptureCase32Ads = TwitchTake;
TEST_F(CaptureCase32Ads, AFirstPlaylistOfNothingButAdsIsWaitedFor) {
  serve_timeline({"tttttttttttttttttttt|lll"});
  start();
  run_for(seconds{38});
  EXPECT_FALSE(end.has_value());
  EXPECT_TRUE(sink.order.empty());
  EXPECT_EQ(resolver.requests.size(), 1U) << "ads are progress, not silence";
  run_for(seconds{30});
  EXPECT_TRUE(end.has_value());
  EXPECT_EQ(sink.order, (Order{"gap:ad:100-119", "seg20", "seg21", "seg22"}));
}

using CaptureCase54 = TwitchTake;
TEST_F(CaptureCase54, PrefetchedSegmentsAroundAdsAreLeftAloneAndAShortSegmentKeepsItsLength) {
  http.serve(
      kAdUrl,
      {{.body = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:7\n"
                            "#EXT-X-TWITCH-LIVE-SEQUENCE:7\n{}#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:2.000,live"
                            "\n{}a.ts\n#EXTINF:0.740,live\n{}b.ts\n#EXT-X-DISCONTINUITY\n"
                            "#EXT-X-TWITCH-PREFETCH:https://ads.example/p1.ts\n"
                            "#EXT-X-TWITCH-PREFETCH:https://ads.example/p2.ts\n#EXT-X-ENDLIST\n",
                            range_tag("x", "twitch-stitched-ad", 60, ",DURATION=30"), iso8601(kScriptStart),
                            kAdFolder, kAdFolder)}});
  resolver.live_at(kAdUrl);
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.order, (Order{"a", "b"}));
  EXPECT_EQ(sink.infos[1].duration, Millis{740});
  for (const auto& asked : http.log) EXPECT_EQ(asked.url.find("ads.example"), std::string::npos);
}

using CaptureCase56 = TwitchTake;
TEST_F(CaptureCase56, APrefetchedSegmentThatIsPromotedIsFetchedOnce) {
  const auto begin = clock.steady();
  http.serve(kAdUrl, [this, begin](const HttpRequest&) {
    const auto made = static_cast<int>((clock.steady() - begin) / seconds{2}) + 1;
    const TwitchScript script{std::string(static_cast<std::size_t>(std::min(made, 10)), 'l')};
    std::string next;
    if (made < 9) {
      next = fmt::format("#EXT-X-TWITCH-PREFETCH:{0}seg{1}.ts\n#EXT-X-TWITCH-PREFETCH:{0}seg{2}.ts\n",
                         kAdFolder, made, made + 1);
    }
    return Answer{.body = script.text() + next + (made >= 10 ? "#EXT-X-ENDLIST\n" : "")};
  });
  resolver.live_at(kAdUrl);
  start();
  run_for(seconds{40});
  EXPECT_EQ(sink.order, names(0, 9));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(http.hits(fmt::format("{}seg{}.ts", kAdFolder, i)), 1);
}

}  // namespace
}  // namespace rec::capture
