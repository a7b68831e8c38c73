// What login keeps, and what of it counts beside config.yaml.
#include "app/telegram_account.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/private_file.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

class TelegramAccountTest : public testing::Test {
 protected:
  TelegramAccountTest() { config.state.path = folder / "data/state.db"; }
  test::TempFolder folder;
  Config config;
};

TEST_F(TelegramAccountTest, WhatWasKeptCompletesAnEmptyConfiguration) {
  ASSERT_TRUE(keep_telegram_account(config, {7, Secret("hash"), Secret("1:token")}));
  ASSERT_TRUE(take_telegram_account(config));
  EXPECT_EQ(config.telegram.api_id, 7);
  EXPECT_EQ(config.telegram.api_hash.reveal(), "hash");
  EXPECT_EQ(config.telegram.bot_token.reveal(), "1:token");
  struct stat told{};
  ASSERT_EQ(stat(telegram_account_path(config).c_str(), &told), 0);
  EXPECT_EQ(told.st_mode & 0777U, 0600U);
}

TEST_F(TelegramAccountTest, TheConfigurationGoesBeforeIt) {
  ASSERT_TRUE(keep_telegram_account(config, {7, Secret("hash"), Secret("1:token")}));
  config.telegram.api_id = 8;
  config.telegram.bot_token = Secret("2:other");
  ASSERT_TRUE(take_telegram_account(config));
  EXPECT_EQ(config.telegram.api_id, 8);
  EXPECT_TRUE(config.telegram.api_hash.empty()) << "the hash of another application does not fit";
  EXPECT_EQ(config.telegram.bot_token.reveal(), "2:other");
}

TEST_F(TelegramAccountTest, NothingWasKeptAndNothingIsTaken) {
  ASSERT_TRUE(take_telegram_account(config));
  EXPECT_EQ(config.telegram.api_id, 0);
  ASSERT_TRUE(keep_telegram_account(config, {7, Secret("hash"), {}}));
  ASSERT_TRUE(forget_telegram_account(config));
  ASSERT_TRUE(take_telegram_account(config));
  EXPECT_EQ(config.telegram.api_id, 0);
}

TEST_F(TelegramAccountTest, ADamagedFileIsNamedWithItsCure) {
  for (const char* text : {"", "{", "[]", R"({"api_id": "x", "api_hash": 1})", R"({"api_id": 1})"}) {
    ASSERT_TRUE(write_private_file(telegram_account_path(config), text));
    const auto taken = take_telegram_account(config);
    ASSERT_FALSE(taken) << text;
    EXPECT_EQ(taken.error().code, Errc::corrupt);
    EXPECT_NE(taken.error().text.find("streamrecorder login"), std::string::npos) << taken.error().text;
  }
}

TEST_F(TelegramAccountTest, TheKeyIsMadeOnceAndIsThirtyTwoBytesInBase64) {
  const auto first = telegram_database_key(config);
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_EQ(first->reveal().size(), 44U);
  EXPECT_EQ(first->reveal().back(), '=');
  EXPECT_EQ(telegram_database_key(config)->reveal(), first->reveal());
  Config other;
  other.state.path = folder / "other/state.db";
  EXPECT_NE(telegram_database_key(other)->reveal(), first->reveal());
}

}  // namespace
}  // namespace rec
