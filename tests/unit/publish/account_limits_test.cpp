// What an account may send, from what TDLib tells of it.
#include "publish/account_limits.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace rec {
namespace {

boost::json::object parsed(const char* text) { return boost::json::parse(text).as_object(); }

const char* const kConfig = R"({"@type": "jsonValueObject", "members": [
  {"key": "upload_max_fileparts_default", "value": {"@type": "jsonValueNumber", "value": 4000.0}},
  {"key": "upload_max_fileparts_premium", "value": {"@type": "jsonValueNumber", "value": 6000.0}},
  {"key": "caption_length_limit_default", "value": {"@type": "jsonValueNumber", "value": 1024.0}},
  {"key": "caption_length_limit_premium", "value": {"@type": "jsonValueNumber", "value": 4096.0}}]})";

TEST(AccountLimits, WithoutAWordFromTelegramTheKnownOnesHold) {
  AccountLimits limits;
  limits.on_me(parsed(R"({"id": 7, "first_name": "A", "type": {"@type": "userTypeRegular"}, "is_premium": true})"));
  EXPECT_EQ(limits.account().max_file_bytes, 4000ULL << 20U);
  EXPECT_EQ(limits.account().caption_limit, 1024);
  EXPECT_EQ(limits.account().name, "A");
  EXPECT_FALSE(limits.told());
}

TEST(AccountLimits, TheyFollowPremiumWithTheNumbersThatTelegramGives) {
  AccountLimits limits;
  limits.on_me(parsed(R"({"id": 7, "type": {"@type": "userTypeRegular"}, "is_premium": false})"));
  limits.on_config(parsed(kConfig));
  EXPECT_EQ(limits.account().max_file_bytes, 2000ULL << 20U);
  limits.on_update(parsed(R"({"@type": "updateUser", "user": {"id": 8, "is_premium": true}})"));
  EXPECT_FALSE(limits.account().premium);
  limits.on_update(parsed(R"({"@type": "updateUser", "user": {"id": 7, "is_premium": true}})"));
  EXPECT_TRUE(limits.account().premium);
  EXPECT_EQ(limits.account().max_file_bytes, 3000ULL << 20U);
  EXPECT_EQ(limits.account().caption_limit, 4096);
  limits.on_update(parsed(R"({"@type": "updateUser", "user": {"id": 7, "is_premium": false}})"));
  EXPECT_EQ(limits.account().max_file_bytes, 2000ULL << 20U);
  EXPECT_EQ(limits.account().caption_limit, 1024);
}

TEST(AccountLimits, ABotsAreThoseOfTheOptions) {
  AccountLimits limits;
  limits.on_me(parsed(R"({"id": 7, "type": {"@type": "userTypeBot"}, "usernames": {"active_usernames": ["b"]}})"));
  limits.on_update(parsed(R"({"@type": "updateOption", "name": "message_text_length_max",
                              "value": {"@type": "optionValueInteger", "value": "5000"}})"));
  limits.on_update(parsed(R"({"@type": "updateOption", "name": "message_caption_length_max",
                              "value": {"@type": "optionValueInteger", "value": "1500"}})"));
  EXPECT_TRUE(limits.told());
  EXPECT_EQ(limits.text_limit(), 5000U);
  EXPECT_EQ(limits.account().caption_limit, 1500);
  EXPECT_EQ(limits.account().name, "@b");
  EXPECT_TRUE(limits.account().bot);
}

TEST(AccountLimits, GarbageChangesNothing) {
  AccountLimits limits;
  for (const auto* text : {R"({})", R"({"members": 7})", R"({"members": [1, {"key": 2}, {"key": "upload_max_fileparts_default",
                           "value": {"value": -5}}]})", R"({"@type": "updateOption", "name": 3, "value": []})"}) {
    limits.on_config(parsed(text));
    limits.on_update(parsed(text));
  }
  EXPECT_EQ(limits.account().max_file_bytes, 2000ULL << 20U);
  EXPECT_EQ(limits.account().caption_limit, 1024);
}

}  // namespace
}  // namespace rec
