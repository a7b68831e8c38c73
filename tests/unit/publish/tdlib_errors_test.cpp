// What an error of Telegram means for the caller.
#include "publish/tdlib_errors.hpp"

#include <gtest/gtest.h>

namespace rec::tdlib {
namespace {

TEST(TdlibErrors, AFloodWaitIsToldWithItsTimeWhateverItsCode) {
  for (const auto& [code, text] :
       {std::pair{429, "Too Many Requests: retry after 15"},
        std::pair{400, "Too Many Requests: retry after 15"}, std::pair{420, "FLOOD_WAIT_15"},
        std::pair{400, "FLOOD_PREMIUM_WAIT_15"}, std::pair{400, "SLOWMODE_WAIT_15"}}) {
    const auto error = error_of(code, text, "posting");
    EXPECT_EQ(error.code, Errc::rate_limited) << text;
    EXPECT_EQ(error.retry_after, std::chrono::milliseconds(15'000)) << text;
  }
  EXPECT_TRUE(error_of(429, "Too Many Requests", "posting").retry_after);
}

TEST(TdlibErrors, NoFloodWaitIsLongerThanAWeekWhateverIsSaid) {
  const auto error = error_of(420, "FLOOD_WAIT_11111111111111111", "posting");
  EXPECT_EQ(error.retry_after, std::chrono::hours(7 * 24));
}

TEST(TdlibErrors, WhatAPersonMustMendIsToldWithTheCure) {
  EXPECT_EQ(error_of(400, "FILE_PARTS_INVALID", "x").code, Errc::invalid);
  EXPECT_NE(error_of(400, "FILE_PARTS_INVALID", "x").text.find("too big"), std::string::npos);
  EXPECT_EQ(error_of(400, "CHAT_WRITE_FORBIDDEN", "x").code, Errc::denied);
  EXPECT_EQ(error_of(400, "CHAT_ADMIN_REQUIRED", "x").code, Errc::denied);
  EXPECT_EQ(error_of(400, "Chat not found", "x").code, Errc::not_found);
  EXPECT_NE(error_of(400, "ACCESS_TOKEN_INVALID", "x").text.find("telegram.bot_token"), std::string::npos);
  EXPECT_EQ(error_of(400, "ACCESS_TOKEN_EXPIRED", "x").code, Errc::denied);
}

TEST(TdlibErrors, WhatAChatDoesNotAllowIsDeniedWithTheSettingToChange) {
  const auto error = error_of(400, "Message has protected content and can't be forwarded", "x");
  EXPECT_EQ(error.code, Errc::denied);
  EXPECT_NE(error.text.find("Restrict saving content"), std::string::npos);
  EXPECT_EQ(error_of(400, "CHAT_FORWARDS_RESTRICTED", "x").code, Errc::denied);
  EXPECT_EQ(error_of(401, "SESSION_REVOKED", "x").code, Errc::denied);
  EXPECT_EQ(error_of(400, "USERNAME_NOT_OCCUPIED", "x").code, Errc::not_found);
}

TEST(TdlibErrors, WhatIsAnotherAccountsIsNotTriedForEver) {
  for (const auto* text : {"Message can't be edited", "MESSAGE_AUTHOR_REQUIRED", "Message can't be deleted"})
    EXPECT_EQ(error_of(400, text, "x").code, Errc::denied) << text;
  EXPECT_EQ(error_of(400, "There is no caption in the message to edit", "x").code, Errc::invalid);
}

TEST(TdlibErrors, SpamProtectionIsWaitedOutForAnHour) {
  EXPECT_EQ(error_of(400, "PEER_FLOOD", "x").retry_after, std::chrono::hours(1));
}

TEST(TdlibErrors, ACaptionThatIsTooLongIsToldTheSameWhoeverSaysIt) {
  for (const auto* text : {"MEDIA_CAPTION_TOO_LONG", "Message caption is too long"})
    EXPECT_NE(error_of(400, text, "x").text.find(kCaptionTooLong), std::string::npos) << text;
}

TEST(TdlibErrors, WhatIsNotKnownMayBeTriedAgain) {
  EXPECT_EQ(error_of(500, "Request aborted", "x").code, Errc::unavailable);
  EXPECT_EQ(error_of(400, "SOMETHING_NEW", "x").code, Errc::unavailable);
}

TEST(TdlibErrors, ADatabaseInUseIsAConflict) {
  EXPECT_EQ(
      error_of(400, "Can't lock file \"td.binlog\", because it is already in use by current program", "x")
          .code,
      Errc::conflict);
}

}  // namespace
}  // namespace rec::tdlib
