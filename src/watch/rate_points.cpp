#include "watch/rate_points.hpp"

#include <algorithm>
#include <charconv>

namespace rec {
namespace {

constexpr Millis kBucket{60'000};  // the points come back within a minute

std::optional<std::int64_t> number_header(const HttpResponse& response, const char* name) {
  const auto text = response.header(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The header is the platform's clock against ours, so it is held to what it can be.
Millis reset_in(const HttpResponse& response, Instant now) {
  constexpr std::int64_t kFarAway = 100'000'000'000;  // seconds; so that milliseconds do not overflow
  const auto reset = number_header(response, "ratelimit-reset");
  if (!reset || *reset < 0 || *reset > kFarAway) return kBucket;
  return std::clamp(from_unix_ms(*reset * 1000) - now, Millis(1000), kBucket);
}

}  // namespace

void RatePoints::send() {
  ++in_flight_;
  if (left_) --*left_;
}

void RatePoints::told(const HttpResponse& response, Instant now, SteadyTime steady) {
  --in_flight_;
  constexpr std::int64_t kMost = 1'000'000;
  if (const auto limit = number_header(response, "ratelimit-limit"); limit && *limit > 0)
    limit_ = std::min(*limit, kMost);
  auto remaining = number_header(response, "ratelimit-remaining");
  if (response.status == 429 && remaining.value_or(0) <= 0) remaining = 0;
  if (!remaining || *remaining < 0) return;
  // Whether those under way are counted already nobody can tell.
  left_ = std::max<std::int64_t>(std::min(*remaining, kMost) - in_flight_, 0);
  reset_at_ = steady + reset_in(response, now);
}

std::optional<Millis> RatePoints::empty_for(SteadyTime now) const {
  if (!known(now) || *left_ > 0) return std::nullopt;
  return std::chrono::ceil<Millis>(reset_at_ - now);
}

bool RatePoints::more_than(std::int64_t kept, SteadyTime now) const { return !known(now) || *left_ > kept; }

Millis RatePoints::until_reset(SteadyTime now) const {
  return known(now) ? std::chrono::ceil<Millis>(reset_at_ - now) : kBucket;
}

}  // namespace rec
