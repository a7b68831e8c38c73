// How uploads go, for people: how fast, held back by what. The JSON is promised in docs/interface.md.
#pragma once
#include <deque>
#include <optional>

#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "base/time.hpp"
#include "ports/publisher.hpp"

namespace rec {

/// Bytes a second over the last ten. Pure: time is passed in.
class UploadMeter {
 public:
  void add(std::uint64_t bytes, SteadyTime now);
  [[nodiscard]] double rate(SteadyTime now) const;

 private:
  struct Step {
    SteadyTime at;
    std::uint64_t bytes;
  };
  std::deque<Step> steps_;
};

struct UploadReport {
  Uplink uplink{};
  double bytes_per_second = 0;
  std::optional<Instant> flood_wait_until{};  ///< Telegram has said so, and it is not yet over
  /// Something is on its way, and Telegram has confirmed nothing for so long, longer than it should take:
  /// TDLib sleeps through shorter waits that Telegram asks for, and says nothing of them.
  std::optional<std::chrono::seconds> silent{};
};

/// Nothing while that is no longer than a part of a file may take.
std::optional<std::chrono::seconds> silence(std::chrono::nanoseconds since_last, std::uint64_t cap);

boost::json::object upload_json(const UploadReport& report);

/// Megabits (10^6) a second; at least 1 byte a second, or 0 for no limit.
std::uint64_t bytes_a_second(double mbps);
/// telegram.upload_speed_limit_mbps in bytes a second; 0: no limit.
std::uint64_t upload_cap_of(const Config& config);

}  // namespace rec
