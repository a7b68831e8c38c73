#include "app/upload_view.hpp"

#include <algorithm>
#include <cmath>

namespace rec {
namespace {

constexpr std::chrono::seconds kMeasuredOver{10};
constexpr double kBitsAMegabit = 1e6;
constexpr std::chrono::seconds kPatience{20};
/// The largest part of a file that TDLib sends: nothing is confirmed while it leaves, and the one behind it.
constexpr double kTwoParts = 2.0 * 512 * 1024;

boost::json::value upload_text_or_null(const std::string& text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

}  // namespace

std::uint64_t bytes_a_second(double mbps) {
  return mbps <= 0 ? 0 : std::max<std::uint64_t>(1, static_cast<std::uint64_t>(mbps * kBitsAMegabit / 8));
}

void UploadMeter::add(std::uint64_t bytes, SteadyTime now) {
  steps_.push_back({now, bytes});
  while (!steps_.empty() && steps_.front().at + kMeasuredOver < now) steps_.pop_front();
}

double UploadMeter::rate(SteadyTime now) const {
  std::uint64_t sum = 0;
  for (const Step& step : steps_)
    if (step.at + kMeasuredOver >= now) sum += step.bytes;
  return static_cast<double>(sum) / std::chrono::duration<double>(kMeasuredOver).count();
}

std::optional<std::chrono::seconds> silence(std::chrono::nanoseconds since_last, std::uint64_t cap) {
  const double seconds = std::chrono::duration<double>(since_last).count();
  const double patience = std::chrono::duration<double>(kPatience).count() +
                          (cap == 0 ? 0 : kTwoParts / static_cast<double>(cap));
  if (seconds < patience) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(since_last);
}

boost::json::object upload_json(const UploadReport& report) {
  boost::json::object out;
  out["upload_bytes_per_s"] = std::llround(report.bytes_per_second);
  out["upload_limit_mbps"] =
      report.uplink.cap == 0 ? boost::json::value(nullptr)
                             : boost::json::value(static_cast<double>(report.uplink.cap) * 8 / kBitsAMegabit);
  out["limit_note"] = upload_text_or_null(report.uplink.cap_trouble);
  out["proxy"] = upload_text_or_null(report.uplink.way);
  out["trouble"] = upload_text_or_null(report.uplink.trouble);
  out["flood_wait_until"] = report.flood_wait_until ? boost::json::value(iso8601(*report.flood_wait_until))
                                                    : boost::json::value(nullptr);
  out["silent_s"] = report.silent ? boost::json::value(report.silent->count()) : boost::json::value(nullptr);
  return out;
}

std::uint64_t upload_cap_of(const Config& config) {
  return bytes_a_second(config.telegram.upload_speed_limit_mbps);
}

}  // namespace rec
