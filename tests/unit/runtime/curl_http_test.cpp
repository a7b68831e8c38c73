

#include "runtime/subprocess.hpp"
#include "tests/unit/runtime/http_fixture.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::echo;
using testing_support::Exchange;
using testing_support::Net;
using testing_support::RawServer;
using testing_support::redirect_to;
using testing_support::wait_for_ever;

TEST(CurlHttp, ACompleteAnswerIsAValueWhateverItsStatus) {
  Net net;
  net.server.on("/teapot", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.answer("short and stout", "418 Teapot",
                             "X-Mood: Warm \r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n");
    co_return true;
  });
  const auto got = net.get("/teapot");
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->status, 418);
  EXPECT_EQ(got->body, "short and stout");
  EXPECT_EQ(got->header("x-mood"), "Warm");
  EXPECT_EQ(got->headers.count("set-cookie"), 2U);
  EXPECT_EQ(got->url, net.server.url("/teapot"));
}

TEST(CurlHttp, SendsWhatItWasGiven) {
  Net net;
  net.server.on("/echo", echo);
  const auto plain = net.get("/echo");
  ASSERT_TRUE(plain) << plain.error().text;
  EXPECT_THAT(plain->body, HasSubstr("GET /echo HTTP/1.1\r\n"));
  EXPECT_THAT(plain->body, HasSubstr("User-Agent: streamrecorder/0.1\r\n"));
  EXPECT_THAT(plain->body, HasSubstr("Accept-Encoding: "));
  HttpRequest request{.url = net.server.url("/echo")};
  request.headers = {"User-Agent: other", "X-Empty:", "Accept: text/plain"};
  request.range = "10-19";
  const auto special = net.fetch(std::move(request));
  ASSERT_TRUE(special) << special.error().text;
  EXPECT_THAT(special->body, HasSubstr("User-Agent: other\r\n"));
  EXPECT_THAT(special->body, HasSubstr("X-Empty:"));
  EXPECT_THAT(special->body, HasSubstr("Range: bytes=10-19\r\n"));
  EXPECT_THAT(special->body, testing::Not(HasSubstr("Accept-Encoding")));
}

TEST(CurlHttp, PostsABodyAndAsksForHeadersAlone) {
  Net net;
  net.server.on("/post", [](Exchange& exchange) -> asio::awaitable<bool> {
    const auto body = co_await exchange.read_body(5);
    auto text = exchange.head + body;
    co_await exchange.answer(std::move(text));
    co_return false;
  });
  net.server.on("/head", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    co_return true;
  });
  HttpRequest post{.url = net.server.url("/post"), .method = "POST"};
  post.headers = {"Content-Type: application/json"};
  post.body = std::string("{\0}\r\n", 5);
  const auto posted = net.fetch(std::move(post));
  ASSERT_TRUE(posted) << posted.error().text;
  EXPECT_THAT(posted->body, testing::StartsWith("POST /post "));
  EXPECT_THAT(posted->body, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(posted->body, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(posted->body, testing::EndsWith(std::string("{\0}\r\n", 5)));
  const auto head = net.fetch({.url = net.server.url("/head"), .method = "HEAD"});
  ASSERT_TRUE(head) << head.error().text;
  EXPECT_EQ(head->header("content-length"), "1000");
}

TEST(CurlHttp, ABodyThatIsCutOffIsCorrupt) {
  Net net;
  net.server.on("/cut", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
    co_return false;
  });
  net.server.on("/cut-chunks", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n");
    co_return false;
  });
  EXPECT_EQ(net.failure("/cut"), Errc::corrupt);
  EXPECT_THAT(net.last_error, HasSubstr("GET http://127.0.0.1:"));
  EXPECT_EQ(net.failure("/cut-chunks"), Errc::corrupt);
}

TEST(CurlHttp, ABodyOverTheBoundIsCorruptWhetherAnnouncedOrNot) {
  Net net;
  net.server.on_text("/exact", std::string(1000, 'x'));
  net.server.on_text("/over", std::string(1001, 'x'));
  net.server.on("/endless", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (;;) co_await exchange.send("3e8\r\n" + std::string(1000, 'x') + "\r\n");
  });
  const auto bounded = [&](const std::string& path) {
    return HttpRequest{.url = net.server.url(path), .max_bytes = 1000};
  };
  EXPECT_TRUE(net.fetch(bounded("/exact")));
  EXPECT_EQ(net.failure(bounded("/over")), Errc::corrupt);
  EXPECT_EQ(net.failure(bounded("/endless")), Errc::corrupt);
  EXPECT_THAT(net.last_error, HasSubstr("larger than the 1000 bytes"));
}

TEST(CurlHttp, APieceThatNobodyAskedForIsNotTakenForTheWhole) {
  Net net;
  const auto serve = [&net](const std::string& path, const std::string& range) {
    net.server.on(path, [range](Exchange& exchange) -> asio::awaitable<bool> {
      auto header = "Content-Range: " + range + "\r\n";
      co_await exchange.answer("0123456789", "206 Partial Content", std::move(header));
      co_return true;
    });
  };
  serve("/head", "bytes 0-9/100");
  serve("/tail", "bytes 90-99/100");
  serve("/all", "bytes 0-9/10");
  serve("/stream", "bytes 0-9/*");
  EXPECT_EQ(net.failure("/head"), Errc::corrupt);
  EXPECT_THAT(net.last_error, HasSubstr("bytes 0-9/100"));
  EXPECT_EQ(net.failure("/tail"), Errc::corrupt);
  EXPECT_TRUE(net.get("/all"));
  EXPECT_TRUE(net.get("/stream"));
  HttpRequest ranged{.url = net.server.url("/tail")};
  ranged.range = "90-99";
  EXPECT_TRUE(net.fetch(ranged));
  ranged.range = "80-89";
  EXPECT_EQ(net.failure(ranged), Errc::corrupt) << "as long as it should be, and from elsewhere";
}

TEST(CurlHttp, ABodyInAnEncodingThatIsNoneIsTakenAsItIs) {
  Net net;
  for (const char* encoding : {"aws-chunked", "utf-8", "identity, binary"}) {
    net.server.on("/odd", [encoding](Exchange& exchange) -> asio::awaitable<bool> {
      auto header = std::string("Content-Encoding: ") + encoding + "\r\n";
      co_await exchange.answer("as it is", "200 OK", std::move(header));
      co_return true;
    });
    const auto got = net.get("/odd");
    ASSERT_TRUE(got) << encoding << ": " << got.error().text;
    EXPECT_EQ(got->body, "as it is");
  }
  net.server.on("/torn", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.answer("no gzip at all", "200 OK", "Content-Encoding: gzip\r\n");
    co_return true;
  });
  EXPECT_EQ(net.failure("/torn"), Errc::corrupt) << "and one that is ours, but damaged, is not";
}

TEST(CurlHttp, AGzipBombIsBoundedByWhatItUnpacksTo) {
  Net net;
  std::optional<Result<ChildResult>> packed;
  ChildRequest gzip{.argv = {"sh", "-c", "head -c 30000000 /dev/zero | gzip -9; printf 'hello' | gzip >&2"}};
  asio::co_spawn(net.io, run_child(std::move(gzip)),
                 [&](const std::exception_ptr&, Result<ChildResult> result) { packed = std::move(result); });
  net.run_until([&] { return packed.has_value(); });
  ASSERT_TRUE(*packed) << packed->error().text;
  const auto& bomb = (**packed).out;
  const auto& hello = (**packed).err;
  ASSERT_LT(bomb.size(), 100'000U);
  const auto zipped = [](std::string body) -> RawServer::Handler {
    return [body](Exchange& exchange) -> asio::awaitable<bool> {
      co_await exchange.answer(body, "200 OK", "Content-Encoding: gzip\r\n");
      co_return true;
    };
  };
  net.server.on("/bomb", zipped(bomb));
  net.server.on("/hello", zipped(hello));
  net.server.on("/not-gzip", zipped("this was never packed"));
  const auto fine = net.get("/hello");
  ASSERT_TRUE(fine) << fine.error().text;
  EXPECT_EQ(fine->body, "hello");
  EXPECT_EQ(net.failure("/bomb"), Errc::corrupt);
  EXPECT_EQ(net.failure("/not-gzip"), Errc::corrupt);
}

TEST(CurlHttp, FollowsRedirectsButNotForEver) {
  Net net;
  net.server.on("/a", redirect_to("/b"));
  net.server.on("/b", redirect_to("/c"));
  net.server.on_text("/c", "there");
  net.server.on("/loop", redirect_to("/loop"));
  const auto got = net.get("/a");
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "there");
  EXPECT_EQ(got->url, net.server.url("/c"));
  EXPECT_EQ(got->header("location"), "");
  EXPECT_EQ(net.failure("/loop"), Errc::corrupt);
  const auto kept = net.fetch({.url = net.server.url("/a"), .max_redirects = 0});
  ASSERT_TRUE(kept) << kept.error().text;
  EXPECT_EQ(kept->status, 302);
}

TEST(CurlHttp, OtherSchemesAreDeniedAlsoByRedirect) {
  Net net;
  net.server.on("/to-file", redirect_to("file:///etc/passwd"));
  net.server.on("/to-ftp", redirect_to("ftp://127.0.0.1/x"));
  EXPECT_EQ(net.failure(HttpRequest{.url = "file:///etc/passwd"}), Errc::denied);
  EXPECT_EQ(net.failure("/to-file"), Errc::denied);
  EXPECT_EQ(net.failure("/to-ftp"), Errc::denied);
}

TEST(CurlHttp, SenselessRequestsAreInvalid) {
  Net net;
  net.server.on("/echo", echo);
  const auto url = net.server.url("/echo");
  EXPECT_EQ(net.failure(HttpRequest{.url = "no url"}), Errc::invalid);
  EXPECT_EQ(net.failure(HttpRequest{.url = ""}), Errc::invalid);
  EXPECT_EQ(net.failure(HttpRequest{.url = url, .method = "GET / HTTP/1.1\r\nX: y"}), Errc::invalid);
  EXPECT_EQ(net.failure(HttpRequest{.url = url, .headers = {"X: y\r\nInjected: z"}}), Errc::invalid);
  EXPECT_EQ(net.failure(HttpRequest{.url = url, .cookies_file = "/nowhere/cookies.txt"}), Errc::invalid);
  EXPECT_EQ(net.server.connections(), 0);
}

TEST(CurlHttp, AnAnswerThatIsNotHttpIsCorruptAndNoneAtAllUnavailable) {
  Net net;
  net.server.on("/garbage", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("220 smtp.example ready\r\n");
    co_return false;
  });
  net.server.on("/nothing", [](Exchange&) -> asio::awaitable<bool> { co_return false; });
  EXPECT_EQ(net.failure("/garbage"), Errc::corrupt);
  EXPECT_EQ(net.failure("/nothing"), Errc::unavailable);
}

TEST(CurlHttp, ARefusedConnectionAndAnUnknownNameAreUnavailable) {
  Net net;
  std::string closed;
  {
    asio::io_context other;
    closed = RawServer(other).url("/");
  }
  EXPECT_EQ(net.failure(HttpRequest{.url = closed}), Errc::unavailable);
  EXPECT_EQ(net.failure(HttpRequest{.url = "http://nobody.invalid/"}), Errc::unavailable);
}

TEST(CurlHttp, ErrorsDoNotShowTheSecretsOfAUrl) {
  Net net;
  net.server.on("/nothing", [](Exchange&) -> asio::awaitable<bool> { co_return false; });
  auto url = net.server.url("/nothing?token=hunter2");
  url.insert(url.find("127."), "user:hunter3@");
  EXPECT_EQ(net.failure(HttpRequest{.url = url}), Errc::unavailable);
  EXPECT_THAT(net.last_error, testing::Not(HasSubstr("hunter")));
}

TEST(CurlHttp, ASlowServerTimesOut) {
  Net net;
  net.server.on("/never", wait_for_ever);
  net.server.on("/drip", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    asio::steady_timer timer(exchange.socket.get_executor());
    for (;;) {
      co_await exchange.send("x");
      timer.expires_after(milliseconds(10));
      co_await timer.async_wait(asio::use_awaitable);
    }
  });
  EXPECT_EQ(net.failure(HttpRequest{.url = net.server.url("/never"), .timeout = Millis(150)}),
            Errc::timed_out);
  EXPECT_EQ(net.failure(HttpRequest{.url = net.server.url("/drip"), .timeout = Millis(150)}),
            Errc::timed_out);
}

}  // namespace
}  // namespace rec
