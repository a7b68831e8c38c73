// What strangers write into a request is read strictly, or not at all.
#include "web/http_text.hpp"

#include <gtest/gtest.h>

namespace rec::web {
namespace {

using Path = std::vector<std::string>;

TEST(RequestTarget, IsReadWithItsEscapes) {
  const auto target = parse_target("/api/v1/channels/twitch%3Asome%2Fone?text=a+b%26c&limit=5&text=last");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, (Path{"api", "v1", "channels", "twitch:some/one"}));
  EXPECT_EQ(target->query.at("text"), "last");
  EXPECT_EQ(target->query.at("limit"), "5");
  EXPECT_EQ(parse_target("/")->path, Path{});
  EXPECT_EQ(parse_target("/?a=b%26c")->query.at("a"), "b&c");
}

TEST(RequestTarget, ThatLeadsElsewhereIsNone) {
  for (const char* text : {"", "*", "http://x/", "//", "/a//b", "/../etc/passwd", "/a/..", "/./a",
                           "/%2e%2e/x", "/%2E./x/..", "/a%00b", "/a%0d%0ab", "/%", "/%4", "/%zz", "/?a=%1"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
  EXPECT_FALSE(parse_target("/" + std::string(200, '/')));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "/x";
  EXPECT_FALSE(parse_target(deep));
}

TEST(RequestTarget, AnEncodedSegmentComesBackAsItWas) {
  const std::string text = "url:§ a/b?c#d%";
  EXPECT_EQ(parse_target("/" + percent_encoded(text))->path, Path{text});
}

TEST(RequestHost, IsANameOrAnAddressAndNothingElse) {
  EXPECT_EQ(host_name("Example.ORG:8080"), "example.org");
  EXPECT_EQ(host_name("[::1]:8080"), "::1");
  EXPECT_EQ(host_name("127.0.0.1"), "127.0.0.1");
  for (const char* text : {"", "a b", "[evil]", "[::1", "a:b", "x@y", "a/b", "[::1]x"})
    EXPECT_EQ(host_name(text), "") << text;
}

TEST(RequestHost, AnAddressWithMoreBehindAZeroIsNone) {
  EXPECT_EQ(host_name(std::string_view("[::\0evil]", 9)), "");
  EXPECT_FALSE(is_ip_literal(std::string("127.0.0.1\0.evil", 15)));
}

TEST(RequestHost, LoopbackIsToldInAllItsForms) {
  for (const char* ip : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(ip)) << ip;
  for (const char* ip : {"10.0.0.1", "::2", "::ffff:10.0.0.1", "localhost", "127.0.0.1.evil", ""})
    EXPECT_FALSE(is_loopback(ip)) << ip;
}

TEST(RequestOrigin, HasToBeTheHostItself) {
  EXPECT_TRUE(same_origin("http://127.0.0.1:8080", "127.0.0.1:8080"));
  EXPECT_TRUE(same_origin("https://Rec.example", "rec.example"));
  for (const char* origin :
       {"null", "http://127.0.0.1:8081", "http://evil", "file://", "http://", "127.0.0.1:8080"})
    EXPECT_FALSE(same_origin(origin, "127.0.0.1:8080")) << origin;
}

TEST(RequestCookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(cookie_value("a=1; streamrecorder=xyz ; b=2", "streamrecorder"), "xyz");
  EXPECT_EQ(cookie_value("xstreamrecorder=1", "streamrecorder"), "");
  EXPECT_EQ(cookie_value("", "a"), "");
  EXPECT_EQ(bearer_token("Bearer  abc "), "abc");
  EXPECT_EQ(bearer_token("Basic abc"), "");
}

TEST(RequestRange, GivesWhatRfc9110Says) {
  const auto part = [](std::uint64_t first, std::uint64_t last) {
    return RangeChoice{RangeKind::part, {first, last}};
  };
  const RangeChoice whole{}, none{RangeKind::unsatisfiable, {}};
  EXPECT_EQ(choose_range("bytes=0-9", 100), part(0, 9));
  EXPECT_EQ(choose_range("bytes=90-", 100), part(90, 99));
  EXPECT_EQ(choose_range("bytes=-5", 100), part(95, 99));
  EXPECT_EQ(choose_range("bytes=-500", 100), part(0, 99));
  EXPECT_EQ(choose_range("bytes=50-500", 100), part(50, 99));
  EXPECT_EQ(choose_range("bytes=100-", 100), none);
  EXPECT_EQ(choose_range("bytes=-0", 100), none);
  EXPECT_EQ(choose_range("bytes=0-", 0), none);
  for (const char* text : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-1", "bytes=0-1,5-6",
                           "items=0-1", "bytes=0-99999999999999999999999", "bytes=+1-2"})
    EXPECT_EQ(choose_range(text, 100), whole) << text;
}

}  // namespace
}  // namespace rec::web
