// What pages are told of the hour before they were opened.
#include "web/rates.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace rec::web {
namespace {

namespace rates_json = boost::json;
using std::chrono::seconds;

rates_json::object recorded(double bytes, const char* status = "recording") {
  return rates_json::parse(R"({"sessions": [{"id": "a", "status": ")" + std::string(status) +
                           R"(", "bytes": )" + std::to_string(bytes) + "}]}")
      .as_object();
}

rates_json::array told_of(const Rates& rates) {
  const auto told = rates.told();
  const auto& sessions = told.at("sessions").as_object();
  return sessions.contains("a") ? sessions.at("a").as_array() : rates_json::array();
}

TEST(Rates, AreWhatWasRecordedInEachStep) {
  Rates rates{Millis(10'000)};
  const SteadyTime begin{seconds(100)};
  rates.note(recorded(1e6), begin);
  EXPECT_TRUE(told_of(rates).empty()) << "of one look nothing follows";
  rates.note(recorded(8.5e6), begin + seconds(10));
  rates.note(recorded(8.5e6), begin + seconds(20));
  rates.note(recorded(8e6), begin + seconds(30));
  const rates_json::array expected{6'000'000, 0, 0};
  EXPECT_EQ(told_of(rates), expected);
  EXPECT_EQ(rates.told().at("every_s"), rates_json::value(10.0));
}

TEST(Rates, HoldAnHourAndNoMore) {
  Rates rates{Millis(10'000)};
  for (int i = 0; i < 1000; ++i) rates.note(recorded(i * 1e6), SteadyTime{seconds(10 * i)});
  EXPECT_EQ(told_of(rates).size(), 360U);
}

TEST(Rates, OfWhatIsOverAreForgotten) {
  Rates rates{Millis(10'000)};
  rates.note(recorded(1e6), SteadyTime{seconds(10)});
  rates.note(recorded(2e6), SteadyTime{seconds(20)});
  EXPECT_EQ(told_of(rates).size(), 1U);
  rates.note(recorded(2e6, "uploading"), SteadyTime{seconds(30)});
  EXPECT_TRUE(rates.told().at("sessions").as_object().empty());
}

}  // namespace
}  // namespace rec::web
