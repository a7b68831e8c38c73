#include "base/time.hpp"

#include <fmt/format.h>

#include <ctime>

namespace rec {

std::string iso8601(Instant at) {
  const auto ms = unix_ms(at);
  const std::time_t seconds = static_cast<std::time_t>(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     ms - static_cast<std::int64_t>(seconds) * 1000);
}

}  // namespace rec
