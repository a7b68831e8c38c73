#include "runtime/curl_http.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/subprocess.hpp"
#include "tests/unit/runtime/raw_server.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::Exchange;
using testing_support::RawServer;

struct Net {
  asio::io_context io;
  RawServer server{io};
  CurlHttpClient http;

  explicit Net(CurlHttpOptions options = {}) : http(std::move(options)) {}

  void start(HttpRequest request, std::optional<Result<HttpResponse>>& into) {
    auto on_end = [&into](const std::exception_ptr& thrown, Result<HttpResponse> result) {
      if (thrown) result = fail(Errc::cancelled, "unwound");
      into = std::move(result);
    };
    asio::co_spawn(io, http.fetch(std::move(request)), std::move(on_end));
  }
  void run_until(const std::function<bool()>& done) {
    const auto give_up = std::chrono::steady_clock::now() + seconds(60);
    while (!done() && std::chrono::steady_clock::now() < give_up) io.run_one_for(milliseconds(100));
    EXPECT_TRUE(done());
  }
  Result<HttpResponse> fetch(HttpRequest request) {
    std::optional<Result<HttpResponse>> got;
    start(std::move(request), got);
    run_until([&] { return got.has_value(); });
    return got ? *got : Result<HttpResponse>(fail(Errc::invalid, "it never ended"));
  }
  Result<HttpResponse> get(const std::string& path) { return fetch({.url = server.url(path)}); }
  Errc failure(HttpRequest request) {
    const auto got = fetch(std::move(request));
    EXPECT_FALSE(got) << "HTTP " << got->status;
    if (got) return Errc::invalid;
    last_error = got.error().text;
    return got.error().code;
  }
  Errc failure(const std::string& path) { return failure(HttpRequest{.url = server.url(path)}); }
  std::string last_error;
};

RawServer::Handler redirect_to(const std::string& location) {
  return [location](Exchange& exchange) -> asio::awaitable<bool> {
    auto header = "Location: " + location + "\r\n";
    co_await exchange.answer("you go elsewhere", "302 Found", std::move(header));
    co_return true;
  };
}

/// The request's head, as the answer's body.
asio::awaitable<bool> echo(Exchange& exchange) {
  co_await exchange.answer(exchange.head);
  co_return true;
}

asio::awaitable<bool> wait_for_ever(Exchange& exchange) {
  asio::steady_timer timer(exchange.socket.get_executor(), seconds(600));
  co_await timer.async_wait(asio::use_awaitable);
  co_return false;
}

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

TEST(CurlHttp, PrivateHostsAreRefusedBeforeAConnectionIsMadeAndOverAnOpenOne) {
  Net net;
  net.server.on_text("/x", "internal");
  HttpRequest guarded{.url = net.server.url("/x"), .allow_private_hosts = false};
  EXPECT_EQ(net.failure(guarded), Errc::denied);
  EXPECT_THAT(net.last_error, HasSubstr("private address"));
  auto by_name = guarded;
  by_name.url.replace(by_name.url.find("127.0.0.1"), 9, "localhost");
  EXPECT_EQ(net.failure(by_name), Errc::denied);
  EXPECT_EQ(net.server.connections(), 0);
  EXPECT_TRUE(net.get("/x"));  // leaves a connection open
  EXPECT_EQ(net.failure(guarded), Errc::denied);
  EXPECT_EQ(net.server.connections(), 1);
}

TEST(CurlHttp, ThroughAProxyLiteralPrivateHostsAreRefusedAlsoAfterARedirect) {
  Net net;
  const auto send_inside = redirect_to("http://10.0.0.1/secret");
  net.server.on("http://example.org/", send_inside);
  net.server.on("http://10.0.0.1/secret", echo);
  HttpRequest request{.url = "http://example.org/", .proxy = net.server.url("")};
  const auto open = net.fetch(request);
  ASSERT_TRUE(open) << open.error().text;
  EXPECT_THAT(open->body, HasSubstr("GET http://10.0.0.1/secret "));
  request.allow_private_hosts = false;
  EXPECT_EQ(net.failure(request), Errc::denied);
}

TEST(CurlHttp, TheEnvironmentsProxiesAreNotAsked) {
  Net net;
  net.server.on_text("/x", "direct");
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) ::setenv(name, "http://127.0.0.1:1", 1);
  const auto got = net.get("/x");
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "direct");
}

TEST(CurlHttp, CookiesAreReadAndNeverWritten) {
  Net net;
  net.server.on("/echo", [](Exchange& exchange) -> asio::awaitable<bool> {
    auto head = exchange.head;
    co_await exchange.answer(std::move(head), "200 OK", "Set-Cookie: fresh=1; Max-Age=1000\r\n");
    co_return true;
  });
  const auto file = std::filesystem::temp_directory_path() / ("rec_cookies_" + std::to_string(::getpid()));
  const std::string text =
      "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tlogin\tyes\n";
  std::ofstream(file) << text;
  HttpRequest request{.url = net.server.url("/echo"), .cookies_file = file.string()};
  const auto first = net.fetch(request);
  const auto second = net.fetch(request);
  const auto without = net.get("/echo");
  std::string after;
  std::ifstream in(file);
  std::getline(in, after, '\0');
  std::filesystem::remove(file);
  ASSERT_TRUE(first && second && without);
  EXPECT_THAT(first->body, HasSubstr("Cookie: login=yes\r\n"));
  EXPECT_THAT(second->body, HasSubstr("Cookie: login=yes\r\n"));
  EXPECT_THAT(without->body, testing::Not(HasSubstr("Cookie:")));
  EXPECT_EQ(after, text);
}

TEST(CurlHttp, ConnectionsAreReused) {
  Net net;
  net.server.on_text("/x", "x");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(net.get("/x"));
  EXPECT_EQ(net.server.connections(), 1);
}

TEST(CurlHttp, AKeptConnectionThatTheServerClosesOnTheNextRequestIsReplacedUnseen) {
  for (const bool reset : {false, true}) {
    Net net;
    int answered = 0;
    net.server.on("/x", [&answered, reset](Exchange& exchange) -> asio::awaitable<bool> {
      if (exchange.connection == 1 && answered == 1) {  // took the second request, and goes without a word
        if (reset) exchange.socket.set_option(asio::socket_base::linger(true, 0));
        exchange.socket.close();
        co_return false;
      }
      ++answered;
      co_await exchange.answer("x");
      co_return true;
    });
    EXPECT_TRUE(net.get("/x"));
    const auto second = net.get("/x");
    EXPECT_TRUE(second) << second.error().text;
    EXPECT_EQ(net.server.connections(), 2);
  }
}

TEST(CurlHttp, CancellationAbortsTheTransferAndFreesItsPlace) {
  Net net({.max_per_host = 1});
  net.server.on("/never", wait_for_ever);
  net.server.on_text("/x", "x");
  asio::cancellation_signal cancel;
  bool unwound = false;
  auto on_end = [&](const std::exception_ptr& thrown, const Result<HttpResponse>&) {
    unwound = thrown != nullptr;
  };
  asio::co_spawn(net.io, net.http.fetch({.url = net.server.url("/never")}),
                 asio::bind_cancellation_slot(cancel.slot(), std::move(on_end)));
  net.run_until([&] { return net.server.open_now() == 1; });
  std::optional<Result<HttpResponse>> queued;
  net.start({.url = net.server.url("/x")}, queued);
  cancel.emit(asio::cancellation_type::terminal);
  net.run_until([&] { return unwound && queued; });
  ASSERT_TRUE(*queued) << queued->error().text;
  EXPECT_EQ((**queued).body, "x");
}

TEST(CurlHttp, WaitingForATurnCountsAsPartOfTheTimeout) {
  Net net({.max_per_host = 1});
  net.server.on("/never", wait_for_ever);
  std::optional<Result<HttpResponse>> first;
  std::optional<Result<HttpResponse>> second;
  net.start({.url = net.server.url("/never"), .timeout = Millis(3000)}, first);
  net.start({.url = net.server.url("/never"), .timeout = Millis(100)}, second);
  net.run_until([&] { return second.has_value(); });
  EXPECT_FALSE(first.has_value());
  EXPECT_EQ(second->error().code, Errc::timed_out);
}

TEST(CurlHttp, TwoHundredTransfersAtOnceKeepToTheBoundPerHost) {
  Net net;
  net.server.on("/slowish", [](Exchange& exchange) -> asio::awaitable<bool> {
    asio::steady_timer timer(exchange.socket.get_executor(), milliseconds(5));
    co_await timer.async_wait(asio::use_awaitable);
    auto query = exchange.head.substr(0, exchange.head.find(" HTTP"));
    query += std::string(20'000, 'x');
    co_await exchange.answer(std::move(query));
    co_return true;
  });
  std::vector<std::optional<Result<HttpResponse>>> got(200);
  for (std::size_t i = 0; i < got.size(); ++i) {
    net.start({.url = net.server.url("/slowish?" + std::to_string(i))}, got[i]);
  }
  net.run_until(
      [&] { return std::all_of(got.begin(), got.end(), [](const auto& one) { return one.has_value(); }); });
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(got[i] && *got[i]) << (*got[i]).error().text;
    EXPECT_THAT((**got[i]).body, testing::StartsWith("GET /slowish?" + std::to_string(i) + "x"));
  }
  EXPECT_GT(net.server.most_open(), 4);
  EXPECT_LE(net.server.most_open(), 16);
}

TEST(CurlHttp, AClientThatGoesTellsThoseWhoStillWait) {
  asio::io_context io;
  RawServer server(io);
  server.on("/never", wait_for_ever);
  auto http = std::make_unique<CurlHttpClient>();
  std::optional<Result<HttpResponse>> got;
  asio::co_spawn(io, http->fetch({.url = server.url("/never")}),
                 [&](const std::exception_ptr&, Result<HttpResponse> result) { got = std::move(result); });
  while (server.open_now() == 0) io.run_one();
  http.reset();
  while (!got) io.run_one();
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().code, Errc::unavailable);
}

TEST(CurlHttp, TheLoopMayGoBeforeTheClient) {
  CurlHttpClient http;
  for (int i = 0; i < 20; ++i) {
    asio::io_context io;
    RawServer server(io);
    server.on("/never", wait_for_ever);
    asio::co_spawn(io, http.fetch({.url = server.url("/never")}), asio::detached);
    asio::co_spawn(io, http.fetch({.url = server.url("/missing")}), asio::detached);
    io.run_for(milliseconds(i));
  }
}

}  // namespace
}  // namespace rec
