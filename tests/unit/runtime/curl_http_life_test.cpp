// Whom it talks to, what it keeps, and how it ends.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

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
using testing_support::wait_for_ever;

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

/// Of this process's connections to the server: for how long what is sent may stay unacknowledged.
std::vector<unsigned> patience_of_connections_to(const RawServer& server) {
  std::vector<unsigned> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.path().filename().string());
    sockaddr_in peer{};
    socklen_t bytes = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &bytes) != 0) continue;
    if (peer.sin_family != AF_INET || std::to_string(ntohs(peer.sin_port)) != server.port()) continue;
    unsigned patience_ms = 0;
    socklen_t size = sizeof patience_ms;
    EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, &size), 0);
    found.push_back(patience_ms);
  }
  return found;
}

TEST(CurlHttp, AConnectionWhoseOtherSideIsGoneWithoutAWordIsGivenUpAfterTwentySeconds) {
  Net net;
  net.server.on_text("/x", "x");
  ASSERT_TRUE(net.get("/x"));  // leaves a connection open
  EXPECT_EQ(patience_of_connections_to(net.server), std::vector<unsigned>{20'000});
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

TEST(CurlHttp, WaitingForATurnEndsWithTheTimeout) {
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

TEST(CurlHttp, WhoWaitsForATurnHearsWhenItHasCome) {
  Net net({.max_per_host = 1});
  net.server.on("/never", wait_for_ever);
  net.server.on_text("/x", "x");
  std::atomic<int> asked = 0;
  std::optional<Result<HttpResponse>> first;
  std::optional<Result<HttpResponse>> second;
  net.start(
      {.url = net.server.url("/never"), .timeout = Millis(700), .on_asked = [&](SteadyTime) { asked += 1; }},
      first);
  net.run_until([&] { return asked == 1; });
  net.start({.url = net.server.url("/x"), .on_asked = [&](SteadyTime) { asked += 10; }}, second);
  net.run_until([&] { return first.has_value() && second.has_value(); });
  EXPECT_EQ(asked, 11) << "each once";
  std::optional<Result<HttpResponse>> third;
  first.reset();
  net.start({.url = net.server.url("/never"), .timeout = Millis(3000)}, first);
  net.start(
      {.url = net.server.url("/x"), .timeout = Millis(100), .on_asked = [&](SteadyTime) { asked += 100; }},
      third);
  net.run_until([&] { return third.has_value(); });
  EXPECT_EQ(asked, 11) << "its turn never came";
}

TEST(CurlHttp, TwoHundredTransfersAtOnceKeepToTheBoundPerHost) {
  Net net({.max_per_host = 16});
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
