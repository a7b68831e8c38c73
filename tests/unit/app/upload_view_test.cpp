// What status and doctor say of uploads.
#include "app/upload_view.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "app/doctor.hpp"

namespace rec {
namespace {

using std::chrono::seconds;

constexpr SteadyTime kBegin{std::chrono::hours(1)};

TEST(UploadMeter, SpeedIsThatOfTheLastTenSeconds) {
  UploadMeter meter;
  EXPECT_EQ(meter.rate(kBegin), 0);
  for (int second = 0; second < 30; ++second) meter.add(1'000'000, kBegin + seconds(second));
  EXPECT_NEAR(meter.rate(kBegin + seconds(29)), 1e6, 1.1e5);
  EXPECT_NEAR(meter.rate(kBegin + seconds(34)), 6e5, 1.1e5);
  EXPECT_EQ(meter.rate(kBegin + seconds(60)), 0);
}

TEST(UploadView, SaysHowFastAndWhatHoldsItBack) {
  UploadReport report;
  EXPECT_EQ(
      boost::json::serialize(upload_json(report)),
      R"({"upload_bytes_per_s":0,"upload_limit_mbps":null,"limit_note":null,"proxy":null,"trouble":null,)"
      R"("flood_wait_until":null,"silent_s":null})");
  report = {
      {6'250'000, "a note", "socks5://here:1", "no connection"}, 3'200'000.4, from_unix_ms(0), seconds(45)};
  EXPECT_EQ(boost::json::serialize(upload_json(report)),
            R"({"upload_bytes_per_s":3200000,"upload_limit_mbps":5E1,"limit_note":"a note",)"
            R"("proxy":"socks5://here:1","trouble":"no connection",)"
            R"("flood_wait_until":"1970-01-01T00:00:00.000Z","silent_s":45})");
}

TEST(UploadView, SilenceIsToldOnlyWhereItLastsLongerThanAPartMayTake) {
  using std::chrono::milliseconds;
  EXPECT_FALSE(silence(seconds(19), 0));
  EXPECT_EQ(silence(milliseconds(45'700), 0), seconds(45));
  EXPECT_FALSE(silence(seconds(28), 125'000)) << "at 1 Mbit/s two parts of 512 KiB take eight seconds";
  EXPECT_EQ(silence(seconds(30), 125'000), seconds(30));
}

Config posting_with(double mbps) {
  Config config;
  config.telegram.api_id = 1;
  config.telegram.api_hash = Secret("hash");
  config.telegram.bot_token = Secret("1:token");
  config.telegram.channel_id = std::int64_t{-1001};
  config.telegram.upload_speed_limit_mbps = mbps;
  return config;
}

TEST(UploadLimit, MegabitsAreMillionsOfBitsAndNothingIsNoLimit) {
  EXPECT_EQ(upload_cap_of(posting_with(50)), 6'250'000U);
  EXPECT_EQ(upload_cap_of(posting_with(0.5)), 62'500U);
  EXPECT_EQ(upload_cap_of(posting_with(0)), 0U);
}

TEST(UploadLimit, DoctorSaysWhereItCannotHold) {
  Config config = posting_with(10);
  ASSERT_TRUE(telegram_configured(config));
  EXPECT_TRUE(check_upload_limit(config).empty());
  config.telegram.proxy = {Secret("socks5://host:1"), Secret("tg://proxy?server=h&port=1&secret=00")};
  ASSERT_EQ(check_upload_limit(config).size(), 1U);
  EXPECT_NE(check_upload_limit(config)[0].text.find("MTProto"), std::string::npos);
  config.telegram.upload_speed_limit_mbps = 0;
  EXPECT_TRUE(check_upload_limit(config).empty()) << "no limit, nothing to hold";
}

TEST(UploadLimit, DoctorWarnsOfALineThatIsTooSlowForLargeFiles) {
  EXPECT_TRUE(check_upload_limit(posting_with(0.5)).empty());
  const auto warned = check_upload_limit(posting_with(0.2));
  ASSERT_EQ(warned.size(), 1U);
  EXPECT_EQ(warned[0].level, Finding::Level::warning);
}

}  // namespace
}  // namespace rec
