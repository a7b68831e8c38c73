// Cases 41 and 46: who may have how many transfers at once; and bodies that grow.
#include <zlib.h>

#include "tests/unit/runtime/http_fixture.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing_support::Exchange;
using testing_support::Net;
using testing_support::RawServer;
using testing_support::wait_for_ever;

asio::awaitable<bool> slowish(Exchange& exchange) {
  asio::steady_timer timer(exchange.socket.get_executor(), milliseconds(20));
  co_await timer.async_wait(asio::use_awaitable);
  co_await exchange.answer("x");
  co_return true;
}

TEST(CurlHttp, C41_AStreamThatHangsDoesNotStarveTwoHundredOthersOnItsHost) {
  Net net({.max_per_host = 24, .max_total = 32, .max_per_group = 8});
  net.server.on("/hangs", wait_for_ever);
  net.server.on("/segment", slowish);
  std::vector<std::optional<Result<HttpResponse>>> hanging(40);
  for (auto& one : hanging) {
    HttpRequest request{.url = net.server.url("/hangs"), .timeout = Millis(300'000)};
    request.group = "hangs";
    net.start(std::move(request), one);
  }
  std::vector<std::optional<Result<HttpResponse>>> got(400);
  for (std::size_t i = 0; i < got.size(); ++i) {
    HttpRequest request{.url = net.server.url("/segment"), .timeout = Millis(60'000)};
    request.group = "channel" + std::to_string(i / 2);
    net.start(std::move(request), got[i]);
  }
  net.run_until(
      [&] { return std::all_of(got.begin(), got.end(), [](const auto& one) { return one.has_value(); }); });
  for (const auto& one : got) EXPECT_TRUE(one && *one);
  for (const auto& one : hanging) EXPECT_FALSE(one);
  EXPECT_LE(net.server.most_open(), 24);
}

TEST(CurlHttp, C41_AHostThatAcceptsAndIsSilentLeavesRoomForTheOthers) {
  const std::string other = "cdn.example.org";
  Net net([&](const RawServer& server) {
    CurlHttpOptions options;
    options.max_total = 16;
    options.pinned_names = {other + ":" + server.port() + ":127.0.0.1"};
    return options;
  });
  net.server.on("/hangs", wait_for_ever);
  net.server.on("/segment", slowish);
  std::vector<std::optional<Result<HttpResponse>>> hanging(40);
  for (std::size_t i = 0; i < hanging.size(); ++i) {
    HttpRequest request{.url = net.server.url("/hangs"), .timeout = Millis(300'000)};
    request.group = "channel" + std::to_string(i);
    net.start(std::move(request), hanging[i]);
  }
  net.run_until([&] { return net.server.most_open() >= 12; });
  std::vector<std::optional<Result<HttpResponse>>> got(20);
  for (auto& one : got)
    net.start({.url = net.server.url_as(other, "/segment"), .timeout = Millis(60'000)}, one);
  net.run_until(
      [&] { return std::all_of(got.begin(), got.end(), [](const auto& one) { return one.has_value(); }); });
  for (const auto& one : got) EXPECT_TRUE(one && *one);
  for (const auto& one : hanging) EXPECT_FALSE(one);
}

TEST(CurlHttp, C41_HundredsOfStreamsOnOneHostAreNotThrottled) {
  Net net;
  int asked = 0;
  bool all_here = false;
  net.server.on("/segment", [&](Exchange& exchange) -> asio::awaitable<bool> {
    all_here = ++asked >= 300 || all_here;
    while (!all_here) {  // nobody is answered before three hundred have asked
      asio::steady_timer timer(exchange.socket.get_executor(), milliseconds(20));
      co_await timer.async_wait(asio::use_awaitable);
    }
    co_await exchange.answer("x");
    co_return true;
  });
  std::vector<std::optional<Result<HttpResponse>>> got(300);
  for (std::size_t i = 0; i < got.size(); ++i) {
    HttpRequest request{.url = net.server.url("/segment"), .timeout = Millis(60'000)};
    request.group = "channel" + std::to_string(i);
    net.start(std::move(request), got[i]);
  }
  net.run_until(
      [&] { return std::all_of(got.begin(), got.end(), [](const auto& one) { return one.has_value(); }); });
  for (const auto& one : got) EXPECT_TRUE(one && *one) << (*one).error().text;
}

TEST(CurlHttp, C46_AtMostFourTransfersOfAStreamGoToAGooglevideoHost) {
  const std::string host = "rr1---sn-abc.googlevideo.com";
  Net net([&](const RawServer& server) {
    CurlHttpOptions options;
    options.pinned_names = {host + ":" + server.port() + ":127.0.0.1"};
    return options;
  });
  net.server.on("/segment", slowish);
  for (const int streams : {1, 3}) {
    std::vector<std::optional<Result<HttpResponse>>> got(30);
    for (std::size_t i = 0; i < got.size(); ++i) {
      HttpRequest request{.url = net.server.url_as(host, "/segment")};
      request.group = "stream" + std::to_string(i % static_cast<std::size_t>(streams));
      net.start(std::move(request), got[i]);
    }
    net.run_until(
        [&] { return std::all_of(got.begin(), got.end(), [](const auto& one) { return one.has_value(); }); });
    EXPECT_LE(net.server.most_open(), 4 * streams);
    if (streams == 3) EXPECT_GT(net.server.most_open(), 4);
  }
}

std::string deflated(const std::string& plain, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
  std::string input = plain;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A frame of so many blocks of 128 KiB, each one byte repeated (RFC 8878).
std::string zstd_bomb(int blocks) {
  std::string out("\x28\xB5\x2F\xFD\x00\x58", 6);
  for (int i = 0; i < blocks; ++i) {
    const unsigned header = (i + 1 == blocks ? 1U : 0U) | 1U << 1U | (128U << 10U) << 3U;
    for (int byte = 0; byte < 3; ++byte) out += static_cast<char>((header >> (8 * byte)) & 255U);
    out += 'x';
  }
  return out;
}

/// Thirty million zeros as Brotli packs them.
const std::string kBrotliBomb(
    "\xCB\xFF\xFF\x3F\x00\x24\x00\xE2\xB1\x40\x72\xEF\xFF\xF8\xFF\xFF\x07\x80\x04\x40\x1C\x16\x80\xEE\xFD\x1F"
    "\xFF\xFF\xFF\x00\x90\x00\x88\xC3\x02\xD0\xBD\xFF\xCB\xBF\xE1\x24\x00\x12\x00\x71\x58\x00\x3A\xBB\x49",
    51);

TEST(CurlHttp, C45_EveryEncodingIsUndoneAndBoundedByWhatItUnpacksTo) {
  Net net;
  const std::string text = "#EXTM3U\n" + std::string(5'000, '#');
  const std::string zeros(30'000'000, '\0');
  const auto packed = [](std::string body, std::string encoding) -> RawServer::Handler {
    return [body, encoding](Exchange& exchange) -> asio::awaitable<bool> {
      auto header = "Content-Encoding: " + encoding + "\r\n";
      co_await exchange.answer(body, "200 OK", std::move(header));
      co_return true;
    };
  };
  net.server.on("/gzip", packed(deflated(text, 31), "gzip"));
  net.server.on("/deflate", packed(deflated(text, 15), "deflate"));
  net.server.on("/raw-deflate", packed(deflated(text, -15), "deflate"));
  net.server.on("/twice", packed(deflated(deflated(text, 31), 31), "gzip, gzip"));
  for (const char* path : {"/gzip", "/deflate", "/raw-deflate", "/twice"}) {
    const auto got = net.get(path);
    ASSERT_TRUE(got) << path << ": " << got.error().text;
    EXPECT_EQ(got->body, text) << path;
  }
  net.server.on("/gzip-bomb", packed(deflated(zeros, 31), "gzip"));
  net.server.on("/deflate-bomb", packed(deflated(zeros, 15), "deflate"));
  net.server.on("/twice-bomb", packed(deflated(deflated(zeros, 31), 31), "gzip, gzip"));
  net.server.on("/zstd-bomb", packed(zstd_bomb(240), "zstd"));
  net.server.on("/br-bomb", packed(kBrotliBomb, "br"));
  for (const char* path : {"/gzip-bomb", "/deflate-bomb", "/twice-bomb", "/zstd-bomb", "/br-bomb"}) {
    EXPECT_EQ(net.failure(path), Errc::corrupt) << path;
    EXPECT_THAT(net.last_error, HasSubstr("larger than the 8388608 bytes")) << path;
  }
  net.server.on("/many", packed(text, "gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip"));
  EXPECT_EQ(net.failure("/many"), Errc::corrupt);
}

TEST(CurlHttp, AFloodOfHeadersIsRefused) {
  Net net;
  net.server.on("/many", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100'000; ++i)
      co_await exchange.send("X-" + std::to_string(i) + ": " + std::string(900, 'x') + "\r\n");
    co_return false;
  });
  net.server.on("/long", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nX: ");
    for (int i = 0; i < 100'000; ++i) co_await exchange.send(std::string(1'000, 'x'));
    co_return false;
  });
  EXPECT_EQ(net.failure("/many"), Errc::corrupt);
  EXPECT_THAT(net.last_error, HasSubstr("headers"));
  EXPECT_EQ(net.failure("/long"), Errc::corrupt) << net.last_error;
}

TEST(CurlHttp, ASegmentThatIsAnnouncedOrGrowsTooLargeIsRefusedBeforeItIsRead) {
  Net net;
  net.server.on("/huge", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nbegin");
    co_return co_await wait_for_ever(exchange);
  });
  HttpRequest request{.url = net.server.url("/huge"), .max_bytes = 256U << 20U};
  EXPECT_EQ(net.failure(request), Errc::corrupt);
  EXPECT_THAT(net.last_error, HasSubstr("larger than the 268435456 bytes"));
}

}  // namespace
}  // namespace rec
