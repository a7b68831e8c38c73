// Case groups B, C and D across reloads: byte ranges that continue, variables, ends that are none, qualities
// that go, clocks that jump, playlists that stand still, and what is told of it.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/log.hpp"
#include "capture/direct_resolver.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Order = std::vector<std::string>;
using std::chrono::seconds;

const std::string kReloadUrl = "https://o.example/live/index.m3u8";
const std::string kReloadFolder = "https://o.example/live/";

using CaptureCase42Reload = CaptureScript;
TEST_F(CaptureCase42Reload, ARangeThatContinuesOneThatHasSlidOutOfTheWindowIsFound) {
  const auto begin = clock.steady();
  http.serve(kReloadUrl, [this, begin](const HttpRequest&) {
    const auto made = std::min(9, static_cast<int>((clock.steady() - begin) / seconds{2}) + 2);
    const int first = std::max(0, made - 3);
    auto text = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{}\n", first);
    for (int i = first; i < made; ++i)
      text += fmt::format("#EXTINF:2,\n#EXT-X-BYTERANGE:188{}\nall.ts?t={}\n", i == 0 ? "@0" : "", made);
    return Answer{.body = text + (made == 9 ? "#EXT-X-ENDLIST\n" : "")};
  });
  http.serve(kReloadFolder + "all.ts", [](const HttpRequest& asked) {
    const auto offset = std::stoi(asked.range);
    return Answer{.status = 206, .body = packet_of(fmt::format("at{}.", offset))};
  });
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{40});
  Order expected;
  for (int i = 0; i < 9; ++i) expected.push_back(fmt::format("at{}", 188 * i));
  EXPECT_EQ(sink.order, expected);
}

using CaptureCase10Import = CaptureScript;
TEST_F(CaptureCase10Import, AVariableOfTheMultivariantPlaylistReachesItsMediaPlaylists) {
  const std::string page = "https://o.example/live/master.m3u8";
  http.serve(page, {{.body = "#EXTM3U\n#EXT-X-DEFINE:NAME=\"auth\",VALUE=\"xyz\"\n"
                             "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=2x2\nindex.m3u8\n"}});
  http.serve(kReloadUrl, {{.body = "#EXTM3U\n#EXT-X-DEFINE:IMPORT=\"auth\"\n#EXTINF:2,\na.ts?k={$auth}\n"
                                   "#EXT-X-ENDLIST\n"}});
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = page;
  start();
  run_for(seconds{10});
  EXPECT_EQ(sink.order, Order{"a"});
  EXPECT_EQ(http.log.back().url, kReloadFolder + "a.ts?k=xyz");
}

using CaptureCase30 = CaptureScript;
TEST_F(CaptureCase30, AnEndThatBringsItsLastSegmentsIsDrained) {
  serve_live(kReloadUrl, {.start = clock.steady(), .stops_at = 5});
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{9});
  serve_live(kReloadUrl, {.start = clock.steady() - seconds{100}, .stops_at = 8, .ends = true});
  run_for(seconds{10});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
  EXPECT_EQ(sink.order, names(0, 7));
}

TEST_F(CaptureCase30, AnEndThatIsTakenBackWithinSecondsIsNone) {
  const auto begin = clock.steady();
  serve_live(kReloadUrl, {.start = begin, .stops_at = 5, .ends = true});
  resolver.live_at(kReloadUrl);
  start();
  run_for(Millis{10'500});
  EXPECT_FALSE(end.has_value());
  serve_live(kReloadUrl, {.start = begin});
  run_for(seconds{20});
  EXPECT_FALSE(end.has_value());
  EXPECT_EQ(sink.head(12), names(0, 11));
  EXPECT_EQ(resolver.requests.size(), 1U);
}

TEST_F(CaptureCase30, AnEndThatStandsIsBelievedSoonAndAFinishedPlaylistAtOnce) {
  serve_live(kReloadUrl, {.start = clock.steady(), .stops_at = 5, .ends = true});
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{14});
  EXPECT_TRUE(end.has_value());
  end.reset();
  start();
  run_for(seconds{1});
  EXPECT_TRUE(end.has_value());
}

TEST_F(CaptureCase30, ABroadcastThatComesBackAfterItsEndGoesOnInTheNextTakeOfTheSession) {
  const auto begin = clock.steady();
  serve_live(kReloadUrl, {.start = begin, .stops_at = 5, .ends = true});
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{20});
  ASSERT_TRUE(end.has_value());
  end.reset();
  serve_live(kReloadUrl, {.start = begin + seconds{12}, .time_zero = kScriptStart, .stops_at = 9});
  request.reopen_url = kReloadUrl;
  request.take = 2;
  request.recent = sink.media();
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.order, names(0, 8));
  EXPECT_EQ(sink.infos.back().epoch, 1U);
  EXPECT_EQ(sink.infos.back().take, 2U);
}

using CaptureCase31Lapse = CaptureScript;
TEST_F(CaptureCase31Lapse, APlaylistOfNoPageThatIsNotFoundForAWhileIsNotTakenForItsEnd) {
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = kReloadUrl;
  const LiveScript live{.start = clock.steady(), .stops_at = 20, .ends = true};
  serve_live(kReloadUrl, live);
  start();
  run_for(seconds{9});
  http.serve(kReloadUrl, {{.status = 404}});
  run_for(seconds{8});
  EXPECT_FALSE(end.has_value());
  serve_live(kReloadUrl, live);
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
  EXPECT_EQ(sink.order, names(0, 19));
  EXPECT_TRUE(sink.gaps.empty());
}

TEST_F(CaptureCase31Lapse, OneThatStaysAwayHasEnded) {
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = kReloadUrl;
  serve_live(kReloadUrl, {.start = clock.steady()});
  start();
  run_for(Millis{8'300});
  http.serve(kReloadUrl, {{.status = 404}});
  run_for(seconds{30});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::offline);
  EXPECT_EQ(sink.order, names(0, 4));
}

using CaptureCase20 = CaptureScript;
TEST_F(CaptureCase20, AQualityThatGoesIsReplacedByTheNextBestWithoutALossOrARepetition) {
  const auto begin = clock.steady();
  const std::string lower = "https://o.example/720/index.m3u8";
  serve_live(kReloadUrl, {.start = begin, .prefix = "/1080/x"});
  serve_live(lower, {.start = begin, .first_number = 40, .prefix = "/720/x"});
  resolver.answer = [&] {
    Resolved out;
    out.media_playlist_url = kReloadUrl;
    out.fallback_urls = {lower};
    return Result<Resolved>(std::move(out));
  };
  start();
  run_for(seconds{21});
  http.serve(kReloadUrl, {{.status = 404}});
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, (Order{kReloadUrl, lower}));
  EXPECT_TRUE(sink.gaps.empty());
  const auto media = sink.media();
  ASSERT_GE(media.size(), 20U);
  for (std::size_t i = 0; i < media.size(); ++i)
    EXPECT_EQ(media[i].program_date_time, kScriptStart + seconds{2 * static_cast<int>(i)});
  EXPECT_EQ(media.front().epoch, 1U);
  EXPECT_EQ(media.back().epoch, 2U) << "where the next part begins";
}

using CaptureCase58E = CaptureScript;
TEST_F(CaptureCase58E, ASkewIsNoGapButTheReasonToAskForABetterEdge) {
  const auto begin = clock.steady();
  const std::string other = "https://p.example/live/index.m3u8";
  serve_live(other, {.start = begin});
  http.serve(kReloadUrl, [this, begin](const HttpRequest&) {
    LiveScript live{.start = begin};
    auto text = live.text(clock.steady());
    for (int i = 8; i < 100; ++i) {
      const auto from = iso8601(kScriptStart + seconds{2 * i});
      if (const auto at = text.find(from); at != std::string::npos)
        text.replace(at, from.size(), iso8601(kScriptStart + seconds{2 * i} + Millis{500}));
    }
    return Answer{.body = std::move(text)};
  });
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{15});
  EXPECT_EQ(resolver.requests.size(), 1U);
  resolver.live_at(other);
  run_for(seconds{15});
  EXPECT_EQ(sink.opened, (Order{kReloadUrl, other}));
  EXPECT_EQ(resolver.requests.size(), 2U);
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(14), names(0, 13));
}

using CaptureCase23Stale = CaptureScript;
TEST_F(CaptureCase23Stale, APlaylistThatIsItsOwnPageAndStandsStillForAMinuteIsOver) {
  serve_live(kReloadUrl, {.start = clock.steady(), .stops_at = 5});
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = kReloadUrl;
  start();
  run_for(seconds{65});
  EXPECT_FALSE(end.has_value());
  run_for(seconds{6});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::offline);
  EXPECT_NE(end->text.find("nothing new for 60 s"), std::string::npos) << end->text;
  EXPECT_EQ(sink.order, names(0, 4));
}

TEST_F(CaptureCase23Stale, ANetworkThatIsAwayIsNotAPlaylistThatStandsStill) {
  const LiveScript live{.start = clock.steady()};
  bool down = false;
  http.serve(kReloadUrl, [&, live](const HttpRequest&) {
    return down ? Answer{.error = Errc::unavailable} : Answer{.body = live.text(clock.steady())};
  });
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = kReloadUrl;
  start();
  run_for(seconds{9});
  down = true;
  run_for(seconds{300});
  EXPECT_FALSE(end.has_value());
  down = false;
  run_for(seconds{20});
  EXPECT_FALSE(end.has_value());
  EXPECT_EQ(sink.gaps.size(), 1U);
}

TEST_F(CaptureCase23Stale, AfterTheNetworkIsBackThePlaylistGetsItsMinuteAnew) {
  const auto begin = clock.steady();
  LiveScript live{.start = begin, .stops_at = 5};
  bool down = false;
  http.serve(kReloadUrl, [&](const HttpRequest&) {
    return down ? Answer{.error = Errc::unavailable} : Answer{.body = live.text(clock.steady())};
  });
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = kReloadUrl;
  start();
  run_for(seconds{20});
  down = true;
  run_for(seconds{100});
  down = false;
  run_for(seconds{40});
  EXPECT_FALSE(end.has_value());
  live.stops_at.reset();
  run_for(seconds{20});
  EXPECT_FALSE(end.has_value());
  EXPECT_EQ(sink.gaps.size(), 1U);
}

TEST_F(CaptureCase23Stale, APlaylistFoundByAPageIsHeldOnToForAsLongAsThePageSaysLive) {
  serve_live(kReloadUrl, {.start = clock.steady(), .stops_at = 5});
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{600});
  EXPECT_FALSE(end.has_value());
}

class CaptureTells : public CaptureScript {
 protected:
  void SetUp() override {
    path_ =
        (std::filesystem::temp_directory_path() / fmt::format("capture-tells-{}.log", ::getpid())).string();
    std::filesystem::remove(path_);
    log::configure({.level = log::Level::debug, .file = path_, .to_stderr = false});
  }
  void TearDown() override {
    CaptureScript::TearDown();
    log::configure({.level = log::Level::warn});
    std::filesystem::remove(path_);
  }
  /// Lines with that event at that level.
  [[nodiscard]] int told(std::string_view level, std::string_view event) const {
    std::ifstream file(path_);
    int count = 0;
    for (std::string line; std::getline(file, line);)
      count += line.find(level) != std::string::npos && line.find(event) != std::string::npos ? 1 : 0;
    return count;
  }
  std::string path_;
};

TEST_F(CaptureTells, OfAPlaylistThatFailsOnceAndOfItsReturnOnce) {
  const LiveScript live{.start = clock.steady()};
  bool down = false;
  http.serve(kReloadUrl, [&, live](const HttpRequest&) {
    return down ? Answer{.error = Errc::unavailable} : Answer{.body = live.text(clock.steady())};
  });
  resolver.live_at(kReloadUrl);
  start();
  run_for(seconds{9});
  for (int incident = 1; incident <= 2; ++incident) {
    down = true;
    run_for(seconds{60});
    EXPECT_EQ(told("warn", "capture.playlist_failed"), incident);
    EXPECT_EQ(told("info", "capture.playlist_answers_again"), incident - 1);
    down = false;
    run_for(seconds{10});
    EXPECT_EQ(told("info", "capture.playlist_answers_again"), incident);
  }
  EXPECT_EQ(told("warn", "capture.gap"), 0) << "the sink tells of gaps";
  log::warn("flushes");
  EXPECT_EQ(told("debug", "capture.gap"), 2);
  EXPECT_GT(told("debug", "capture.playlist_failed"), 3);
}

TEST_F(CaptureTells, OfAPageThatCannotBeResolvedOnce) {
  resolver.fails(Errc::unavailable);
  start();
  run_for(seconds{200});
  EXPECT_EQ(told("warn", "capture."), 1);
  serve_live(kReloadUrl, {.start = clock.steady()});
  resolver.live_at(kReloadUrl);
  run_for(seconds{60});
  EXPECT_EQ(told("info", "capture.playlist_open_again"), 1);
}

}  // namespace
}  // namespace rec::capture
