// How watching is told: in status, and by doctor.
#include "app/watch_view.hpp"

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "app/doctor.hpp"

namespace rec {
namespace {

TEST(WatchView, EachPlatformIsToldWithItsIntervalAndItsTroubleOnOneLine) {
  WatchReport report;
  report.platform = "youtube";
  report.channels = 50;
  report.interval = Millis(50'000);
  report.trouble = "it\nfails";
  const auto told = watch_json({report});
  ASSERT_EQ(told.size(), 1U);
  const auto& one = told[0].as_object();
  EXPECT_EQ(one.at("platform").as_string(), "youtube");
  EXPECT_EQ(one.at("channels").to_number<int>(), 50);
  EXPECT_EQ(one.at("interval_s").to_number<double>(), 50);
  EXPECT_EQ(one.at("note").as_string(), "");
  EXPECT_EQ(one.at("trouble").as_string(), "it fails");
  EXPECT_TRUE(watch_json({}).empty());
}

TEST(WatchView, DoctorSaysHowOftenManyYouTubeChannelsAreLookedAt) {
  Config config;
  EXPECT_TRUE(check_watching(config).empty());
  config.youtube.channels.push_back({"@show", {}});
  ASSERT_EQ(check_watching(config).size(), 1U);
  EXPECT_EQ(check_watching(config)[0].level, Finding::Level::ok);
  for (int i = 1; i < 50; ++i) config.youtube.channels.push_back({"@show" + std::to_string(i), {}});
  const auto finding = check_watching(config)[0];
  EXPECT_EQ(finding.level, Finding::Level::warning);
  EXPECT_THAT(finding.text, testing::HasSubstr("each is looked at every 53 s, not every 30 s"));
  EXPECT_NE(finding.cure, "");
}

}  // namespace
}  // namespace rec
