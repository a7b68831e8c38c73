// Numbers, durations and sizes, there and back.
#include "app/config_units.hpp"

#include <gtest/gtest.h>

#include "app/config_yaml.hpp"

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;
namespace units = rec::units;

namespace {

std::optional<rec::Millis> duration_of(std::string_view text, rec::Millis bare = 1s) {
  std::string why;
  return units::parse_duration(text, bare, why);
}
std::optional<std::uint64_t> bytes_of(std::string_view text, std::uint64_t bare = 0) {
  std::string why;
  return units::parse_size(text, bare, why);
}

}  // namespace

TEST(ConfigUnits, DurationsAreReadWithAndWithoutUnits) {
  EXPECT_EQ(duration_of("90s"), 90s);
  EXPECT_EQ(duration_of("1h30m"), 90min);
  EXPECT_EQ(duration_of(" 1 h 30 min "), 90min);
  EXPECT_EQ(duration_of("1,5h"), 90min);
  EXPECT_EQ(duration_of("0.25"), 250ms);
  EXPECT_EQ(duration_of("6", 1h), 6h);
  EXPECT_EQ(duration_of("0"), 0s);
  for (const char* wrong : {"", "h", "5x", "1h30", "-5", "1e30", "nan", "99999d"})
    EXPECT_FALSE(duration_of(wrong)) << wrong;
}

TEST(ConfigUnits, SizesAreDecimalOrBinaryAsTheirUnitSays) {
  EXPECT_EQ(bytes_of("5GB"), 5'000'000'000ULL);
  EXPECT_EQ(bytes_of("1.5GiB"), 3ULL << 29U);
  EXPECT_EQ(bytes_of("1,5 gib"), 3ULL << 29U);
  EXPECT_EQ(bytes_of("2.0", 1ULL << 30U), 2ULL << 30U);
  EXPECT_EQ(bytes_of("0"), 0U);
  for (const char* wrong : {"", "5", "GB", "5XB", "5GB5", "-1GB", "1e300GB", "9999999TB"})
    EXPECT_FALSE(bytes_of(wrong)) << wrong;
}

TEST(ConfigUnits, WhatIsFormattedReadsBackTheSame) {
  for (const rec::Millis value : {0ms, 1ms, 1500ms, 90000ms, 5400000ms, 86400000ms, 123456789ms}) {
    EXPECT_EQ(duration_of(units::format_duration(value)), value) << units::format_duration(value);
  }
  for (const std::uint64_t value :
       {0ULL, 1ULL, 1932735283ULL, 5'000'000'000ULL, 2ULL << 30U, 2000ULL << 20U, 999'999'999'999'999ULL}) {
    EXPECT_EQ(bytes_of(units::format_size(value)), value) << units::format_size(value);
  }
  EXPECT_EQ(units::format_size(1932735283ULL), "1.8GiB");
  EXPECT_EQ(units::format_duration(2h), "2h");
}

TEST(ConfigUnits, WholeNumbersAreNotRounded) {
  EXPECT_EQ(units::parse_integer("5.0"), 5);
  EXPECT_EQ(units::parse_integer("5,0"), 5);
  EXPECT_EQ(units::parse_integer("-1001234567890123"), -1001234567890123);
  for (const char* wrong : {"5.5", "", "x", "1.2.3", "9223372036854775808", "0x10", "true"})
    EXPECT_FALSE(units::parse_integer(wrong)) << wrong;
}

TEST(ConfigUnits, TheNearestWordIsASlipAwayAndNoFurther) {
  EXPECT_EQ(units::nearest("chanels", {"channels", "client_id"}), "channels");
  EXPECT_EQ(units::nearest("qqqq", {"channels", "client_id"}), "");
}

TEST(ConfigUnits, QuotedTextReadsBackTheSame) {
  for (const std::string& text : {std::string("no"), std::string("a: b"), std::string("\"x\\"),
                                  std::string("line\nline\ttab"), std::string("123"), std::string("")}) {
    const auto tree = rec::parse_yaml("k: " + rec::yaml_quote(text), "t");
    ASSERT_TRUE(tree.has_value()) << rec::yaml_quote(text);
    EXPECT_EQ((*tree)->entries.at(0).value->text, text);
  }
}
