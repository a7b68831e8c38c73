// What was written as an instant is read again.
#include "base/iso_time.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

TEST(IsoTime, WhatIsWrittenIsReadAgain) {
  for (const std::int64_t ms : {0LL, 1'800'000'000'123LL, 951'782'400'000LL, -1LL}) {
    EXPECT_EQ(parse_iso8601(iso8601(from_unix_ms(ms))), from_unix_ms(ms));
  }
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:01Z"), from_unix_ms(1000));
}

TEST(IsoTime, WhatIsNoInstantIsNone) {
  for (const char* text : {"", "now", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01 00:00:00Z",
                           "2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.000", "2026-0a-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace rec
