// Case 9: a public playlist may not lead the recorder into the house, whichever way it tries. The real
// client; 127.0.0.9 plays the world, 127.0.0.1 the house.
#include "capture/direct_resolver.hpp"
#include "runtime/curl_http.hpp"
#include "runtime/system_clock.hpp"
#include "scripted_capture.hpp"
#include "tests/unit/runtime/raw_server.hpp"

namespace rec::capture {
namespace {

using testing_support::Exchange;
using testing_support::RawServer;

CurlHttpOptions worldly_options(const RawServer& house) {
  CurlHttpOptions options;
  options.taken_as_public = {"127.0.0.9"};
  options.pinned_names = {"rebound.example:" + house.port() + ":127.0.0.1"};
  return options;
}

class PublicPlaylist : public ::testing::Test {
 protected:
  PublicPlaylist() {
    for (const char* name : {"seg0", "seg1", "seg2"}) {
      world_.on_text(std::string("/") + name + ".ts", packet_of(name));
      house_.on_text(std::string("/") + name + ".ts", packet_of(name));
    }
    for (const char* path : {"/seg.ts", "/key", "/init.mp4"})
      world_.on(path, [this, path](Exchange& exchange) { return lead_inside(exchange, path); });
    house_.on_text("/seg.ts", packet_of("secret"));
    house_.on_text("/key", "0123456789abcdef");
    house_.on_text("/init.mp4", std::string("\0\0\0\x08") + "ftypsecret");
  }

  asio::awaitable<bool> lead_inside(Exchange& exchange, std::string path) {
    auto header = "Location: " + house_.url(path) + "\r\n";
    co_await exchange.answer("", "302 Found", std::move(header));
    co_return true;
  }
  static std::string finished(const std::string& middle) {
    return "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nseg0.ts\n" + middle +
           "#EXTINF:1,\nseg2.ts\n#EXT-X-ENDLIST\n";
  }
  CaptureEnd record(const std::string& page_url) {
    CaptureRequest request{.channel = ChannelId("url:test"), .page_url = page_url};
    std::optional<CaptureEnd> end;
    auto recording = [](Recorder& one, CaptureRequest what, SegmentSink& into,
                        std::optional<CaptureEnd>& out) -> asio::awaitable<void> {
      auto ended = co_await one.record(std::move(what), into);
      out = std::move(ended);
    };
    asio::co_spawn(io_, recording(*recorder_, std::move(request), sink_, end), asio::detached);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!end && std::chrono::steady_clock::now() < give_up)
      io_.run_one_for(std::chrono::milliseconds{100});
    return end.value();
  }
  CaptureEnd record_public(const std::string& playlist) {
    world_.on_text("/live.m3u8", playlist);
    return record(world_.url("/live.m3u8"));
  }

  asio::io_context io_;
  RawServer house_{io_};
  RawServer world_{io_, "127.0.0.9"};
  SystemClock clock_;
  CurlHttpClient http_{worldly_options(house_)};
  std::unique_ptr<Resolver> resolver_ = make_direct_resolver(http_);
  std::unique_ptr<Recorder> recorder_ = make_native_recorder(http_, clock_, *resolver_);
  RecordingSink sink_;
};

TEST_F(PublicPlaylist, C09_ThatListsOnlyThePublicIsRecorded) {
  const auto end = record_public(finished("#EXTINF:1,\nseg1.ts\n"));
  EXPECT_EQ(end.reason, EndReason::endlist) << end.text;
  EXPECT_EQ(sink_.order, (std::vector<std::string>{"seg0", "seg1", "seg2"}));
}

TEST_F(PublicPlaylist, C09_ThatNamesAPrivateAddressIsRefusedAndSaysWhy) {
  const auto port = house_.port();
  for (const std::string host :
       {"127.0.0.1", "localhost", "2130706433", "0177.1", "[::1]", "[::ffff:7f00:1]", "10.0.0.1"}) {
    const auto url = "http://" + host + ":" + port;
    for (const std::string& line :
         {"#EXTINF:1,\n" + url + "/seg1.ts\n", "#EXT-X-MAP:URI=\"" + url + "/init.mp4\"\n",
          "#EXT-X-KEY:METHOD=AES-128,URI=\"" + url + "/key\"\n"}) {
      const auto end = record_public(finished(line));
      EXPECT_EQ(end.reason, EndReason::denied) << line << end.text;
      EXPECT_NE(end.text.find("private address"), std::string::npos) << end.text;
    }
  }
  EXPECT_TRUE(sink_.order.empty());
  EXPECT_EQ(house_.connections(), 0);
}

TEST_F(PublicPlaylist, C09_WhoseSegmentsKeysOrMapsLeadIntoTheHouseLosesThoseAlone) {
  const auto end = record_public(finished("#EXTINF:1,\nseg.ts\n#EXTINF:1,\n" +
                                          house_.url_as("rebound.example", "/seg1.ts") +
                                          "\n#EXTINF:1,\nseg1.ts\n#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n"
                                          "#EXTINF:1,\nseg1.ts?2\n#EXT-X-KEY:METHOD=NONE\n"
                                          "#EXT-X-MAP:URI=\"init.mp4\"\n"));
  EXPECT_EQ(end.reason, EndReason::endlist) << end.text;
  EXPECT_EQ(sink_.order, (std::vector<std::string>{"seg0", "gap:fetch_failed:1-1", "gap:fetch_failed:2-2",
                                                   "seg1", "gap:fetch_failed:4-4", "gap:fetch_failed:5-5"}));
  EXPECT_EQ(house_.connections(), 0);
}

TEST_F(PublicPlaylist, C09_ThatIsARedirectIntoTheHouseIsRefused) {
  house_.on_text("/inside.m3u8", finished(""));
  world_.on("/outside.m3u8", [this](Exchange& exchange) { return lead_inside(exchange, "/inside.m3u8"); });
  const auto end = record(world_.url("/outside.m3u8"));
  EXPECT_EQ(end.reason, EndReason::denied) << end.text;
  EXPECT_NE(end.text.find("private address"), std::string::npos) << end.text;
  EXPECT_EQ(house_.connections(), 0);
}

TEST_F(PublicPlaylist, C09_ThatAMultivariantOneInTheWorldPlacesInTheHouseIsRefused) {
  house_.on_text("/inside.m3u8", finished(""));
  world_.on_text("/master.m3u8",
                 "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + house_.url("/inside.m3u8") + "\n");
  const auto end = record(world_.url("/master.m3u8"));
  EXPECT_EQ(end.reason, EndReason::denied) << end.text;
  EXPECT_EQ(house_.connections(), 0);
}

TEST_F(PublicPlaylist, C09_APlaylistInTheHouseThatAPersonTypedMayNameWhatIsThere) {
  house_.on_text("/camera.m3u8",
                 finished("#EXTINF:1,\n" + house_.url_as("rebound.example", "/seg1.ts") + "\n"));
  const auto end = record(house_.url("/camera.m3u8"));
  EXPECT_EQ(end.reason, EndReason::endlist) << end.text;
  EXPECT_EQ(sink_.order, (std::vector<std::string>{"seg0", "seg1", "seg2"}));
}

}  // namespace
}  // namespace rec::capture
