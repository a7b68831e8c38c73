// The one cookie that is looked up by us.
#include "page/cookies_txt.hpp"

#include <gtest/gtest.h>

namespace rec::page {
namespace {

const Instant kToday = from_unix_ms(1'795'000'000'000);

std::string found_in(std::string_view line, std::string_view host = "www.twitch.tv") {
  return cookie_in(line, host, "auth-token", kToday);
}

TEST(CookiesTxt, ACookieOfTheHostOrItsDomainIsFoundAlsoWhenScriptsMayNotReadIt) {
  EXPECT_EQ(found_in(".twitch.tv\tTRUE\t/\tTRUE\t1900000000\tauth-token\tabc"), "abc");
  EXPECT_EQ(found_in("# comment\n\n#HttpOnly_.twitch.tv\tTRUE\t/\tTRUE\t1900000000\tauth-token\tabc\r\n"),
            "abc");
  EXPECT_EQ(found_in("www.twitch.tv\tFALSE\t/\tTRUE\t0\tauth-token\tabc"), "abc") << "of the session";
}

TEST(CookiesTxt, OtherPeoplesCookiesAndOldOnesAreNot) {
  for (const auto* line :
       {".twitch.tv\tTRUE\t/\tTRUE\t1700000000\tauth-token\tabc",
        ".nottwitch.tv\tTRUE\t/\tTRUE\t0\tauth-token\tabc", "twitch.tv\tFALSE\t/\tTRUE\t0\tauth-token\tabc",
        "# .twitch.tv\tTRUE\t/\tTRUE\t0\tauth-token\tabc", ".twitch.tv\tTRUE\t/\tTRUE\t0\tother\tabc",
        ".twitch.tv TRUE / TRUE 0 auth-token abc", ""})
    EXPECT_EQ(found_in(line), "") << line;
  EXPECT_EQ(cookie_of_file("/nonexistent", "twitch.tv", "auth-token", kToday), "");
}

}  // namespace
}  // namespace rec::page
