// TLS, HTTP/2 and proxies (cases 36 and 45): against an authority of the test's own.
#include <filesystem>
#include <fstream>

#include "sim/http/server.hpp"
#include "tests/unit/runtime/h2_server.hpp"
#include "tests/unit/runtime/http_fixture.hpp"
#include "tests/unit/runtime/tunnel_proxy.hpp"

namespace rec {
namespace {

using testing::HasSubstr;
using testing_support::echo;
using testing_support::H2Fate;
using testing_support::H2Server;
using testing_support::Net;
using testing_support::TunnelProxy;

/// An authority whose file is gone with it.
struct Authority {
  Authority() { std::ofstream(path) << identity.authority; }
  ~Authority() { std::filesystem::remove(path); }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;
  sim::TlsIdentity identity = sim::make_tls_identity();
  std::string path =
      (std::filesystem::temp_directory_path() / ("rec_authority_" + std::to_string(::getpid()))).string();
};

CurlHttpOptions trusting(const Authority& authority) {
  CurlHttpOptions options;
  options.ca_file = authority.path;
  return options;
}

TEST(CurlTls, OnlyWhoIsTrustedIsAsked) {
  const Authority authority;
  const auto answer = [](const sim::HttpQuery&) { return sim::text_answer(200, "hello"); };
  sim::TlsIdentityOptions expired;
  expired.valid_until = std::chrono::hours(-1);
  const sim::HttpServer good(answer, 0, authority.identity);
  const sim::HttpServer stranger(answer, 0, sim::make_tls_identity());
  const sim::HttpServer late(answer, 0, sim::make_tls_identity(expired));
  Net net(trusting(authority));
  const auto got = net.fetch({.url = good.url("/x")});
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "hello");
  EXPECT_EQ(net.failure(HttpRequest{.url = stranger.url("/x")}), Errc::unavailable);
  EXPECT_THAT(net.last_error, HasSubstr("certificate"));
  EXPECT_EQ(net.failure(HttpRequest{.url = late.url("/x")}), Errc::unavailable);
  Net by_default;
  EXPECT_EQ(by_default.failure(HttpRequest{.url = good.url("/x")}), Errc::unavailable);
}

TEST(CurlTls, C36_ABodyThatIsCutOffAmidIsNeverTakenForWhole) {
  const Authority authority;
  const sim::HttpServer server(
      [](const sim::HttpQuery& query) {
        auto answer = sim::text_answer(200, std::string(200'000, 'x'));
        answer.cut_after_bytes = 100'000;
        answer.chunked = query.path == "/chunked";
        answer.reset = query.path == "/reset";
        return answer;
      },
      0, authority.identity);
  Net net(trusting(authority));
  for (const char* path : {"/length", "/chunked", "/reset"}) {
    const auto code = net.failure(HttpRequest{.url = server.url(path)});
    EXPECT_TRUE(code == Errc::corrupt || code == Errc::unavailable) << path << ": " << net.last_error;
  }
}

TEST(CurlTls, AKeptConnectionThatTheServerEndedIsReplacedUnseen) {
  const Authority authority;
  sim::HttpServer server([](const sim::HttpQuery&) { return sim::text_answer(200, "x"); }, 0,
                         authority.identity);
  Net net(trusting(authority));
  for (int i = 0; i < 4; ++i) {
    const auto got = net.fetch({.url = server.url("/x")});
    ASSERT_TRUE(got) << got.error().text;
    if (i % 2 == 1) server.drop_connections();
  }
  EXPECT_EQ(server.connections_taken(), 2U);
}

struct H2Net : Net {
  explicit H2Net(const Authority& authority, std::function<H2Fate(int)> fate)
      : Net(trusting(authority)), h2(io, authority.identity, std::move(fate)) {}
  void expect_whole(int requests) {
    for (int i = 0; i < requests; ++i) {
      const auto got = fetch({.url = h2.url("/segment")});
      ASSERT_TRUE(got) << "request " << i << ": " << got.error().text;
      EXPECT_EQ(got->body, H2Server::body());
    }
  }
  H2Server h2;
};

TEST(CurlTls, C45_Http2IsSpokenWhereItIsOfferedOverOneConnection) {
  const Authority authority;
  H2Net net(authority, [](int) { return H2Fate::answer; });
  net.expect_whole(5);
  EXPECT_EQ(net.h2.connections(), 1);
}

TEST(CurlTls, C45_AnHttp2ServerThatGoesAwayMidSessionIsAskedAgainUnseen) {
  const Authority authority;
  for (const auto fate : {H2Fate::refuse_and_go, H2Fate::refuse, H2Fate::answer_and_go}) {
    H2Net net(authority, [fate](int request) { return request == 3 ? fate : H2Fate::answer; });
    net.expect_whole(5);
    EXPECT_EQ(net.h2.requests(), fate == H2Fate::answer_and_go ? 5 : 6);
  }
}

TEST(CurlTls, C45_AnHttp2StreamThatIsCutIsNeverTakenForWhole) {
  const Authority authority;
  H2Net net(authority, [](int request) { return request == 2 ? H2Fate::cut : H2Fate::answer; });
  net.expect_whole(1);
  const auto code = net.failure(HttpRequest{.url = net.h2.url("/segment")});
  EXPECT_TRUE(code == Errc::corrupt || code == Errc::unavailable) << net.last_error;
  net.expect_whole(1);
}

TEST(CurlTls, ASocksProxyIsGivenTheNameAndTheLogin) {
  const Authority authority;
  const sim::HttpServer plain([](const sim::HttpQuery&) { return sim::text_answer(200, "plain"); });
  Net net;
  TunnelProxy proxy(net.io, plain.port(), "me:pa ss");
  HttpRequest request{.url = "http://origin.example/x", .proxy = "socks5h://me:pa%20ss@" + proxy.address()};
  const auto got = net.fetch(request);
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "plain");
  request.fresh_connection = true;
  request.proxy = "SOCKS5://me:pa%20ss@" + proxy.address();
  ASSERT_TRUE(net.fetch(request));
  EXPECT_EQ(proxy.asked_for(), (std::vector<std::string>{"origin.example", "origin.example"}));
  request.proxy = "socks5h://me:wrong@" + proxy.address();
  EXPECT_EQ(net.failure(request), Errc::unavailable);
  EXPECT_THAT(net.last_error, testing::Not(HasSubstr("wrong")));
}

TEST(CurlTls, AnHttpProxyTunnelsTlsAndSeesNeitherHeadersNorCookies) {
  const Authority authority;
  const sim::HttpServer secure([](const sim::HttpQuery&) { return sim::text_answer(200, "secure"); }, 0,
                               authority.identity);
  Net net(trusting(authority));
  TunnelProxy proxy(net.io, secure.port(), "me:pass");
  HttpRequest request{.url = "https://localhost/x", .proxy = "http://me:pass@" + proxy.address()};
  request.headers = {"Authorization: OAuth hunter2"};
  const auto got = net.fetch(request);
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->body, "secure");
  EXPECT_EQ(proxy.asked_for(), std::vector<std::string>{"localhost:443"});
  EXPECT_THAT(proxy.last_head(), testing::Not(HasSubstr("hunter2")));
  EXPECT_EQ(secure.requests("/x").at(0).header("authorization"), "OAuth hunter2");
  request.proxy = "http://" + proxy.address();
  EXPECT_EQ(net.failure(request), Errc::unavailable);
  EXPECT_THAT(net.last_error, HasSubstr("407"));
}

}  // namespace
}  // namespace rec
