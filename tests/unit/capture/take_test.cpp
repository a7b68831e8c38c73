// Case groups E, G and the sink: initialization sections, encryption, restarts, full disks, and how a take
// begins and ends.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

const std::string kPlaylist = "https://o.example/live/index.m3u8";
const std::string kFolder = "https://o.example/live/";
using Names = std::vector<std::string>;
using std::chrono::seconds;

std::string box_of(std::string_view type, std::string_view text) {
  return std::string("\0\0\0\x20", 4) + std::string(type) + std::string(text);
}

class FragmentedScript : public CaptureScript {
 protected:
  void serve_box(const std::string& name, std::string_view type, std::vector<Answer> before = {}) {
    before.push_back({.body = box_of(type, name)});
    http.serve(kFolder + name, std::move(before));
  }
  void serve_playlist(std::string_view body) {
    http.serve(kPlaylist,
               {{.body = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{}#EXT-X-ENDLIST\n", body)}});
    resolver.live_at(kPlaylist);
  }
  /// What was appended, initialization sections by their content, media by how many came in a row.
  [[nodiscard]] Names summary() const {
    Names out;
    for (std::size_t i = 0; i < sink.infos.size(); ++i)
      out.push_back(sink.infos[i].init ? sink.order[i] : fmt::format("#{}", sink.infos[i].sequence));
    return out;
  }
};

class CaptureCase47 : public FragmentedScript {};
TEST_F(CaptureCase47, AnInitializationSectionIsFetchedOnceAndStandsBeforeTheMedia) {
  serve_playlist("#EXT-X-MAP:URI=\"init\"\n#EXTINF:2,\ns0\n#EXTINF:2,\ns1\n#EXTINF:2,\ns2\n");
  serve_box("init", "ftyp", {{.status = 503, .delay = Millis{300}}});
  for (const auto* name : {"s0", "s1", "s2"}) serve_box(name, "moof");
  start();
  run_for(seconds{20});
  EXPECT_EQ(summary(), (Names{"init:init", "#0", "#1", "#2"}));
  EXPECT_LE(http.hits(kFolder + "init"), 4) << "503 may come once to each fetcher, success only once";
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
}

class CaptureCase48 : public FragmentedScript {};
TEST_F(CaptureCase48, AnotherInitializationSectionStandsWhereItBegins) {
  serve_playlist(
      "#EXT-X-MAP:URI=\"i1\"\n#EXTINF:2,\ns0\n#EXT-X-MAP:URI=\"i2\"\n#EXTINF:2,\ns1\n#EXT-X-DISCONTINUITY\n#"
      "EXT-X-MAP:URI=\"i3\"\n#EXTINF:2,\ns2\n");
  for (const auto* name : {"i1", "i2", "i3"}) serve_box(name, "ftyp");
  for (const auto* name : {"s0", "s1", "s2"}) serve_box(name, "moof");
  start();
  run_for(seconds{20});
  EXPECT_EQ(summary(), (Names{"init:i1", "#0", "init:i2", "#1", "init:i3", "#2"}));
}

class CaptureCase49 : public FragmentedScript {};
TEST_F(CaptureCase49, TheSameInitializationSectionUnderAnotherUrlIsNotWrittenAgain) {
  serve_playlist("#EXT-X-MAP:URI=\"i?t=1\"\n#EXTINF:2,\ns0\n#EXT-X-MAP:URI=\"i?t=2\"\n#EXTINF:2,\ns1\n");
  serve_box("i", "ftyp");
  for (const auto* name : {"s0", "s1"}) serve_box(name, "moof");
  start();
  run_for(seconds{20});
  EXPECT_EQ(summary(), (Names{"init:i", "#0", "#1"}));
  EXPECT_EQ(http.hits(kFolder + "i"), 2);
}

TEST_F(CaptureCase47, WhereNumbersBeginAnewTheSameSectionStandsAgain) {
  const std::string head =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"init\"\n#EXT-X-MEDIA-SEQUENCE:";
  http.serve(kPlaylist, {{.body = head + "100\n#EXTINF:2,\ns0\n#EXTINF:2,\ns1\n"},
                         {.body = head + "0\n#EXTINF:2,\nn0\n#EXT-X-ENDLIST\n"}});
  resolver.live_at(kPlaylist);
  serve_box("init", "ftyp");
  for (const auto* name : {"s0", "s1", "n0"}) serve_box(name, "moof");
  start();
  run_for(seconds{40});
  EXPECT_EQ(summary(), (Names{"init:init", "#100", "#101", "init:init", "#0"}));
}

TEST_F(CaptureCase48, AnotherSectionUnderTheSameNameIsFetchedBehindADiscontinuity) {
  serve_playlist("#EXT-X-MAP:URI=\"init\"\n#EXTINF:2,\ns0\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\ns1\n");
  http.serve(kFolder + "init", {{.body = box_of("ftyp", "before")}, {.body = box_of("ftyp", "after")}});
  for (const auto* name : {"s0", "s1"}) serve_box(name, "moof");
  start();
  run_for(seconds{20});
  EXPECT_EQ(summary(), (Names{"init:before", "#0", "init:after", "#1"}));
}

class CaptureCase50 : public FragmentedScript {};
TEST_F(CaptureCase50, MediaIsHeldUntilItsInitializationSectionComesAndIsAGapWhenItNeverDoes) {
  serve_playlist(
      "#EXT-X-MAP:URI=\"late\",BYTERANGE=\"40@8\"\n#EXTINF:2,\ns0\n#EXT-X-MAP:URI=\"never\"\n#EXTINF:2,"
      "\ns1\n");
  http.serve(
      kFolder + "late",
      {{.status = 404}, {.status = 404}, {.status = 206, .body = box_of("ftyp", std::string(32, 'l'))}});
  for (const auto* name : {"s0", "s1"}) serve_box(name, "moof");
  start();
  run_for(seconds{40});
  ASSERT_EQ(sink.order.size(), 3U);
  EXPECT_TRUE(sink.infos[0].init);
  EXPECT_EQ(sink.infos[1].sequence, 0);
  EXPECT_EQ(sink.order[2], "gap:fetch_failed:1-1");
  for (const auto& asked : http.log)
    if (asked.url == kFolder + "late") EXPECT_EQ(asked.range, "8-47");
}

class CaptureCase52 : public FragmentedScript {};
TEST_F(CaptureCase52, AnEncryptedStreamIsAClearErrorAndNoGarbage) {
  serve_playlist(
      "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://"
      "x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n#EXTINF:2,\ns0.ts\n");
  start();
  run_for(seconds{5});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::denied);
  EXPECT_NE(end->text.find("encrypted"), std::string::npos);
  EXPECT_TRUE(sink.order.empty());
}

class CaptureCase17 : public CaptureScript {};
TEST_F(CaptureCase17, AVariantThatCannotBeHadIsReplacedByTheNext) {
  resolver.answer = [] {
    Resolved out;
    out.media_playlist_url = "https://o.example/best.m3u8";
    out.picture = {1920, 1080, 60};
    out.fallback_urls = {kPlaylist};
    return Result<Resolved>(std::move(out));
  };
  serve_live(kPlaylist, {.start = clock.steady(), .stops_at = 3, .ends = true});
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, Names{kPlaylist});
  EXPECT_EQ(sink.pictures, std::vector<Picture>(1)) << "what was announced is another one's";
  EXPECT_EQ(sink.order, names(0, 2));
}

class CaptureCase62E : public CaptureScript {};
TEST_F(CaptureCase62E, AnotherUrlThatDoesNotLoadLeavesTheOldOneInUse) {
  serve_live(kPlaylist, {.start = clock.steady(), .stops_at = 4});
  resolver.live_at(kPlaylist, "X-Is: old");
  start();
  run_for(seconds{8});
  resolver.live_at("https://dead.example/index.m3u8", "X-Is: new");
  run_for(seconds{30});
  EXPECT_EQ(sink.opened, Names{kPlaylist});
  serve_live(kPlaylist, {.start = clock.steady() - seconds{12}, .stops_at = 9, .ends = true});
  run_for(seconds{60});
  EXPECT_EQ(sink.order, names(0, 8));
  EXPECT_EQ(http.log.back().headers, Names{"X-Is: old"});
}

class CaptureCase63 : public CaptureScript {};
TEST_F(CaptureCase63, SegmentsThatAreDeniedMakeThePageBeResolvedAnew) {
  const auto begin = clock.steady();
  const std::string next = "https://p.example/live/index.m3u8";
  serve_live(kPlaylist, {.start = begin});
  serve_live(next, {.start = begin});
  resolver.live_at(kPlaylist, {}, {1920, 1080, 60});
  for (int i = 4; i < 40; ++i) http.serve(fmt::format("{}seg{}.ts", kFolder, i), {{.status = 403}});
  start();
  run_for(seconds{7});
  resolver.live_at(next);
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, (Names{kPlaylist, next}));
  EXPECT_EQ(sink.pictures, (std::vector<Picture>{{1920, 1080, 60}, {}}));
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(10), names(0, 9));
}

class CaptureCase64E : public CaptureScript {};
TEST_F(CaptureCase64E, ATakeThatIsTakenUpAgainOpensItsPlaylistBeforeItAsksThePage) {
  const LiveScript live{.start = clock.steady(), .stops_at = 30, .ends = true};
  serve_live(kPlaylist, live);
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{21});
  const auto before = sink.media();
  io = std::make_unique<asio::io_context>();  // killed
  const auto asked_before = resolver.requests.size();

  VirtualClock later(*io, clock.now() + seconds{3});
  ScriptedHttp network(later);
  const auto offset = clock.steady() + seconds{3} - later.steady();
  network.serve(kPlaylist,
                [&, live](const HttpRequest&) { return Answer{.body = live.text(later.steady() + offset)}; });
  auto second = make_native_recorder(network, later, resolver);
  request.reopen_url = kPlaylist;
  request.take = 2;
  request.recent = before;
  std::optional<CaptureEnd> ended;
  auto recording = [](Recorder& one, CaptureRequest what, SegmentSink& into,
                      std::optional<CaptureEnd>& out) -> asio::awaitable<void> {
    auto result = co_await one.record(std::move(what), into);
    out = std::move(result);
  };
  asio::co_spawn(*io, recording(*second, request, sink, ended), asio::detached);
  later.run_for(seconds{60});
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(sink.order, names(0, 29));
  EXPECT_EQ(resolver.requests.size(), asked_before) << "the platform was not asked";
  EXPECT_EQ(sink.infos.back().take, 2U);
  EXPECT_EQ(sink.infos.back().epoch, 1U);
  io.reset();
}

class TakeBegins : public CaptureScript {};
TEST_F(TakeBegins, ByAskingThePageWhenTheOldPlaylistIsGone) {
  serve_live(kPlaylist, {.start = clock.steady(), .stops_at = 3, .ends = true});
  resolver.live_at(kPlaylist);
  request.reopen_url = "https://o.example/old/index.m3u8";
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, Names{kPlaylist});
  EXPECT_EQ(sink.order, names(0, 2));
}

TEST_F(TakeBegins, ByAskingThePageWhenTheOldPlaylistHasEndedAndIsRecorded) {
  const std::string old = "https://o.example/old/index.m3u8";
  serve_live(old, {.start = clock.steady() - seconds{100}, .stops_at = 3, .ends = true});
  serve_live(kPlaylist,
             {.start = clock.steady(), .time_zero = kScriptStart + seconds{60}, .stops_at = 3, .ends = true});
  resolver.live_at(old);
  start();
  run_for(seconds{20});
  ASSERT_TRUE(end.has_value());
  end.reset();
  request.reopen_url = old;
  request.take = 2;
  request.recent = sink.media();
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{20});
  EXPECT_TRUE(end.has_value());
  EXPECT_EQ(sink.opened, (Names{old, kPlaylist}));
  EXPECT_EQ(sink.order, (Names{"seg0", "seg1", "seg2", "gap:offline:2-2", "seg0", "seg1", "seg2"}));
  EXPECT_EQ(sink.infos.back().epoch, 2U);
}

TEST_F(TakeBegins, OnlyOnceAResolverThatCannotBeReachedAnswersAgain) {
  resolver.fails(Errc::unavailable);
  start();
  run_for(seconds{300});
  EXPECT_FALSE(end.has_value());
  EXPECT_LT(resolver.requests.size(), 20U);
  serve_live(kPlaylist, {.start = clock.steady(), .stops_at = 20, .ends = true});
  resolver.live_at(kPlaylist);
  run_for(seconds{80});
  EXPECT_TRUE(end.has_value());
}

TEST_F(TakeBegins, NotAtAllWhenThePageIsOfflineDeniedOrCannotBeResolved) {
  const std::pair<Errc, EndReason> kAnswers[] = {{Errc::not_found, EndReason::offline},
                                                 {Errc::denied, EndReason::denied},
                                                 {Errc::invalid, EndReason::failed}};
  for (const auto& [code, reason] : kAnswers) {
    end.reset();
    resolver.fails(code, "why it is so");
    start();
    run_for(seconds{3});
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->reason, reason);
    EXPECT_EQ(end->text, "why it is so");
  }
}

class CaptureDisk : public CaptureScript {};
TEST_F(CaptureDisk, ASegmentWaitsInMemoryWhileThereIsNoRoom) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{6});
  sink.fault = Errc::no_space;
  run_for(seconds{8});
  sink.fault.reset();
  run_for(seconds{6});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(9), names(0, 8));
}

TEST_F(CaptureDisk, WhatTheWindowForgetsWhileThereIsNoRoomIsAGapOfTheDisk) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{6});
  sink.fault = Errc::no_space;
  run_for(seconds{60});
  sink.fault.reset();
  run_for(seconds{20});
  ASSERT_FALSE(sink.gaps.empty());
  for (const auto& gap : sink.gaps) EXPECT_EQ(gap.cause, GapCause::disk);
  std::int64_t next = 0;
  std::size_t gaps = 0;
  std::size_t media = 0;
  for (const auto& entry : sink.order) {
    EXPECT_EQ(entry.starts_with("gap") ? sink.gaps[gaps++].from_sequence : sink.infos[media++].sequence,
              next++)
        << entry;
  }
  EXPECT_GT(next, 40);
  EXPECT_FALSE(end.has_value());
}

TEST_F(CaptureDisk, WhatCannotBeFetchedAnyMoreOnceThereIsRoomIsAGapOfTheDiskAndWhatNeverCouldBeIsNot) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{6});
  sink.fault = Errc::no_space;
  run_for(seconds{4});
  http.segments_exist = false;
  run_for(seconds{40});
  ASSERT_GT(sink.gaps.size(), 5U);
  EXPECT_EQ(sink.gaps.front().cause, GapCause::disk);
  EXPECT_EQ(sink.gaps.back().cause, GapCause::fetch_failed);
}

TEST_F(CaptureDisk, ADiskThatFailsIsWaitedForAndTheRecordingGoesOnSoonAfterItsCure) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{6});
  sink.fault = Errc::unavailable;
  run_for(seconds{60});
  EXPECT_FALSE(end.has_value()) << "or the broadcast would be over after its grace period";
  sink.fault.reset();
  const auto before = sink.infos.size();
  run_for(seconds{10});
  EXPECT_GT(sink.infos.size(), before + 5);
  ASSERT_FALSE(sink.gaps.empty()) << "a minute is longer than the playlist";
  for (const auto& gap : sink.gaps) EXPECT_EQ(gap.cause, GapCause::disk);
}

TEST_F(CaptureDisk, AnotherFailureOfTheSinkThatStaysEndsTheTakeAsFailed) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  sink.fault = Errc::corrupt;
  start();
  run_for(seconds{6});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::failed);
  EXPECT_EQ(end->text, "scripted sink failure");
  EXPECT_EQ(http.busy, 0) << "nothing is fetched behind its back";
}

TEST_F(CaptureDisk, C75_ASegmentThatTheDiskCouldNotSyncIsFetchedAgainAndNothingIsMissing) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  start();
  run_for(seconds{6});
  sink.fault = Errc::unavailable;
  run_for(seconds{3});
  sink.fault.reset();
  run_for(seconds{6});
  EXPECT_FALSE(end.has_value());
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(7), names(0, 6));
}

class TakeEnds : public CaptureScript {};
TEST_F(TakeEnds, AtOnceWhenItIsCancelled) {
  serve_live(kPlaylist, {.start = clock.steady()});
  resolver.live_at(kPlaylist);
  asio::cancellation_signal signal;
  std::exception_ptr thrown;
  bool returned = false;
  auto recording = [](CaptureScript& self, Recorder& one, CaptureRequest what,
                      SegmentSink& into) -> asio::awaitable<void> {
    (void)self;
    co_await one.record(std::move(what), into);
  };
  auto done = [&](std::exception_ptr error) {
    thrown = error;
    returned = true;
  };
  asio::co_spawn(*io, recording(*this, *recorder, request, sink),
                 asio::bind_cancellation_slot(signal.slot(), done));
  run_for(seconds{7});
  const auto recorded = sink.order.size();
  EXPECT_GT(recorded, 2U);
  signal.emit(asio::cancellation_type::terminal);
  run_for(seconds{0});
  EXPECT_TRUE(returned);
  EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
  run_for(seconds{20});
  EXPECT_EQ(sink.order.size(), recorded);
  EXPECT_EQ(http.busy, 0);
}

}  // namespace
}  // namespace rec::capture
