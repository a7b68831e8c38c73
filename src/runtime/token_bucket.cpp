#include "runtime/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace rec {
namespace {

using Seconds = std::chrono::duration<double>;

double usable_burst(std::uint64_t burst) { return static_cast<double>(std::max<std::uint64_t>(burst, 1)); }

}  // namespace

TokenBucket::TokenBucket(std::uint64_t bytes_per_second, std::uint64_t burst, SteadyTime now)
    : rate_(static_cast<double>(bytes_per_second)), burst_(usable_burst(burst)), tokens_(burst_), at_(now) {}

void TokenBucket::refill(SteadyTime now) {
  if (now <= at_) return;
  tokens_ = std::min(burst_, tokens_ + rate_ * Seconds(now - at_).count());
  at_ = now;
}

std::uint64_t TokenBucket::take(std::uint64_t wanted, SteadyTime now) {
  if (rate_ <= 0) return wanted;
  refill(now);
  // The nudge: a caller that comes at ready_at() must not fall a rounding error short of its byte.
  const auto there = static_cast<std::uint64_t>(std::floor(tokens_ + 1e-6));
  const auto taken = std::min(wanted, there);
  tokens_ = std::max(0.0, tokens_ - static_cast<double>(taken));
  return taken;
}

SteadyTime TokenBucket::ready_at(std::uint64_t wanted, SteadyTime now) {
  if (rate_ <= 0) return now;
  refill(now);
  const double missing = std::min(static_cast<double>(wanted), burst_) - tokens_;
  if (missing <= 0) return now;
  return at_ + std::chrono::ceil<std::chrono::nanoseconds>(Seconds(missing / rate_));
}

void TokenBucket::set_rate(std::uint64_t bytes_per_second, std::uint64_t burst, SteadyTime now) {
  refill(now);
  rate_ = static_cast<double>(bytes_per_second);
  burst_ = usable_burst(burst);
  tokens_ = std::min(tokens_, burst_);
}

}  // namespace rec
