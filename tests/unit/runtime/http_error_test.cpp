#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "runtime/http.hpp"
#include "runtime/private_hosts.hpp"

namespace rec {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Error error_of(int status, std::multimap<std::string, std::string> headers = {}) {
  return http_error({.status = status, .url = {}, .headers = std::move(headers), .body = {}},
                    "asking Twitch");
}

TEST(HttpError, TheStatusSaysWhatTheCallerCanDo) {
  EXPECT_EQ(error_of(401).code, Errc::denied);
  EXPECT_EQ(error_of(403).code, Errc::denied);
  EXPECT_EQ(error_of(404).code, Errc::not_found);
  EXPECT_EQ(error_of(410).code, Errc::not_found);
  EXPECT_EQ(error_of(429).code, Errc::rate_limited);
  EXPECT_EQ(error_of(500).code, Errc::unavailable);
  EXPECT_EQ(error_of(302).code, Errc::unavailable);
  EXPECT_EQ(error_of(500).text, "asking Twitch: HTTP 500");
}

TEST(HttpError, RetryAfterIsReadAsSecondsOrAsADate) {
  EXPECT_EQ(error_of(429, {{"retry-after", "17"}}).retry_after, seconds(17));
  EXPECT_EQ(error_of(503, {{"retry-after", "3"}}).retry_after, seconds(3));
  EXPECT_EQ(error_of(429, {{"retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"},
                           {"date", "Sun, 06 Nov 1994 08:49:37 GMT"}})
                .retry_after,
            seconds(60));
}

TEST(HttpError, ADateWithoutTheServersClockIsHeldAgainstOurs) {
  const std::time_t then = std::time(nullptr) + 600;
  std::tm utc{};
  ::gmtime_r(&then, &utc);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  const auto wait = error_of(429, {{"retry-after", text.data()}}).retry_after;
  ASSERT_TRUE(wait);
  EXPECT_GE(*wait, seconds(590));
  EXPECT_LE(*wait, seconds(600));
}

TEST(HttpError, SenselessRetryAfterIsBoundedOrIgnored) {
  EXPECT_EQ(error_of(429).retry_after, std::nullopt);
  EXPECT_EQ(error_of(429, {{"retry-after", "soon"}}).retry_after, std::nullopt);
  EXPECT_EQ(error_of(429, {{"retry-after", "-5"}}).retry_after, seconds(0));
  EXPECT_EQ(error_of(429, {{"retry-after", "99999999999"}}).retry_after, hours(24));
  EXPECT_EQ(error_of(429, {{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}}).retry_after, seconds(0));
}

TEST(PrivateHosts, TellsThePublicInternetFromTheRest) {
  for (const char* host : {"127.0.0.1",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "0.0.0.0",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "[::1]",
                           "fe80::1%eth0",
                           "fd00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::a00:1",
                           "2002:7f00:1::",
                           "::127.0.0.1",
                           "localhost",
                           "LocalHost.",
                           "x.localhost",
                           "127.1",
                           "2130706433",
                           "0x7f.1"}) {
    EXPECT_TRUE(is_private_host(host)) << host;
  }
  for (const char* host :
       {"1.1.1.1", "172.32.0.1", "172.15.255.255", "100.128.0.1", "192.167.1.1", "2606:4700::1111",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "example.org", "localhost.example.org"}) {
    EXPECT_FALSE(is_private_host(host)) << host;
  }
}

}  // namespace
}  // namespace rec
