// Cases 44: cookies, redirects, and what does not follow them.
#include <filesystem>
#include <fstream>

#include "tests/unit/runtime/http_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::echo;
using testing_support::Exchange;
using testing_support::Net;
using testing_support::RawServer;
using testing_support::redirect_to;

RawServer::Handler setting(const std::string& cookie) {
  return [cookie](Exchange& exchange) -> asio::awaitable<bool> {
    auto head = exchange.head;
    auto header = "Set-Cookie: " + cookie + "\r\n";
    co_await exchange.answer(std::move(head), "200 OK", std::move(header));
    co_return true;
  };
}

class CookieFile {
 public:
  explicit CookieFile(const std::string& text)
      : path_((std::filesystem::temp_directory_path() / ("rec_cookies_" + std::to_string(::getpid())))
                  .string()) {
    std::ofstream(path_) << "# Netscape HTTP Cookie File\n" << text;
  }
  ~CookieFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Session : Net {
  Session() { server.on("/echo", echo); }
  std::string head_of(const std::string& path, const std::string& cookies_file = "") {
    HttpRequest request{.url = server.url(path), .cookies_file = cookies_file};
    request.cookies = jar;
    const auto got = fetch(std::move(request));
    EXPECT_TRUE(got) << got.error().text;
    return got ? got->body : "";
  }
  std::shared_ptr<CookieJar> jar = std::make_shared<CookieJar>();
};

TEST(CurlHttp, C44_ACookieThatAServerSetsIsSentAgainWithinItsSessionAlone) {
  Session net;
  net.server.on("/playlist", setting("edge=7; Path=/; HttpOnly"));
  net.server.on("/change", setting("edge=8; Path=/"));
  net.server.on("/forget", setting("edge=; Path=/; Max-Age=0"));
  EXPECT_THAT(net.head_of("/playlist"), Not(HasSubstr("Cookie:")));
  EXPECT_THAT(net.head_of("/echo"), HasSubstr("Cookie: edge=7\r\n"));
  const auto other_session = net.get("/echo");
  ASSERT_TRUE(other_session);
  EXPECT_THAT(other_session->body, Not(HasSubstr("Cookie:")));
  HttpRequest elsewhere{.url = net.server.url_as("localhost", "/echo")};
  elsewhere.cookies = net.jar;
  const auto other_host = net.fetch(elsewhere);
  ASSERT_TRUE(other_host);
  EXPECT_THAT(other_host->body, Not(HasSubstr("Cookie:")));
  net.head_of("/change");
  EXPECT_THAT(net.head_of("/echo"), HasSubstr("Cookie: edge=8\r\n"));
  net.head_of("/forget");
  EXPECT_THAT(net.head_of("/echo"), Not(HasSubstr("Cookie:")));
  EXPECT_TRUE(net.jar->lines().empty());
}

TEST(CurlHttp, C44_ACookieHeaderOfTheRequestsOwnStandsAlone) {
  Session net;
  net.server.on("/set", setting("edge=7; Path=/"));
  net.head_of("/set");
  HttpRequest request{.url = net.server.url("/echo")};
  request.headers = {"Cookie: own=1"};
  request.cookies = net.jar;
  const auto got = net.fetch(std::move(request));
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_THAT(got->body, HasSubstr("Cookie: own=1\r\n"));
  EXPECT_THAT(got->body, Not(HasSubstr("edge")));
}

TEST(CurlHttp, C44_ACookieSetByARedirectIsSentToItsGoal) {
  Session net;
  net.server.on("/a", [](Exchange& exchange) -> asio::awaitable<bool> {
    co_await exchange.answer("", "302 Found", "Location: /echo\r\nSet-Cookie: pass=1; Path=/\r\n");
    co_return true;
  });
  EXPECT_THAT(net.head_of("/a"), HasSubstr("Cookie: pass=1\r\n"));
  EXPECT_THAT(net.head_of("/echo"), HasSubstr("Cookie: pass=1\r\n"));
}

TEST(CurlHttp, C44_CookiesTxtIsReadWithHttpOnlyLinesAndAServersNewerValueGoesBeforeIt) {
  Session net;
  const CookieFile file(
      "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tlogin\tyes\n"
      "127.0.0.1\tFALSE\t/\tFALSE\t0\tlang\ten\n"
      "127.0.0.1\tFALSE\t/\tFALSE\t1\texpired\tlong-ago\n"
      "other.example\tFALSE\t/\tFALSE\t0\tforeign\t1\n"
      "no cookie at all\n");
  net.server.on("/renew", setting("login=renewed; Path=/"));
  const auto first = net.head_of("/echo", file.path());
  EXPECT_THAT(first, HasSubstr("login=yes"));
  EXPECT_THAT(first, HasSubstr("lang=en"));
  EXPECT_THAT(first, Not(HasSubstr("expired")));
  EXPECT_THAT(first, Not(HasSubstr("foreign")));
  EXPECT_TRUE(net.jar->lines().empty()) << "the file's own cookies are not the session's";
  net.head_of("/renew", file.path());
  const auto second = net.head_of("/echo", file.path());
  EXPECT_THAT(second, HasSubstr("login=renewed"));
  EXPECT_THAT(second, HasSubstr("lang=en"));
  EXPECT_EQ(net.jar->lines().size(), 1U);
}

TEST(CurlHttp, C44_CredentialsDoNotFollowARedirectToAnotherHost) {
  Session net;
  RawServer other(net.io);
  other.on("/echo", echo);
  net.server.on("/here", redirect_to("/echo"));
  net.server.on("/there", redirect_to(other.url_as("localhost", "/echo")));
  HttpRequest request{.url = net.server.url("/here")};
  request.headers = {"Authorization: OAuth hunter2", "Cookie: auth=hunter3", "X-Plain: 1"};
  const auto here = net.fetch(request);
  ASSERT_TRUE(here) << here.error().text;
  EXPECT_THAT(here->body, HasSubstr("hunter2"));
  EXPECT_THAT(here->body, HasSubstr("hunter3"));
  request.url = net.server.url("/there");
  request.url.insert(request.url.find("127."), "user:hunter4@");
  const auto there = net.fetch(request);
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_THAT(there->body, HasSubstr("X-Plain: 1"));
  EXPECT_THAT(there->body, Not(HasSubstr("hunter")));
  EXPECT_THAT(there->body, Not(HasSubstr("Authorization")));
  EXPECT_EQ(there->url, other.url_as("localhost", "/echo")) << "the base of what it lists";
}

TEST(CookieJar, TakesWhatChangedAndForgetsWhatWasTakenBack) {
  CookieJar jar;
  const auto line = [](const std::string& name, const std::string& value, const std::string& expires = "0") {
    return "h\tFALSE\t/\tFALSE\t" + expires + "\t" + name + "\t" + value;
  };
  jar.merge({line("file", "1")}, {line("file", "1"), line("a", "1"), line("b", "1")});
  EXPECT_EQ(jar.lines().size(), 2U);
  const auto before = jar.lines();
  jar.merge(before, {line("a", "2"), line("b", "1")});
  jar.merge(before, {line("a", "1"), line("b", "1")});  // ran beside the one before, and saw nothing new
  EXPECT_EQ(jar.lines().front(), line("a", "2"));
  jar.merge(jar.lines(), {line("a", "2"), line("b", "1", "1")});
  EXPECT_EQ(jar.lines(), std::vector<std::string>{line("a", "2")});
  jar.merge({}, {"no cookie", ""});
  for (int i = 0; i < 1000; ++i) jar.merge({}, {line(std::to_string(i), "x")});
  EXPECT_EQ(jar.lines().size(), CookieJar::kMostCookies);
}

}  // namespace
}  // namespace rec
