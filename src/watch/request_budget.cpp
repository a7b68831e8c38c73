#include "watch/request_budget.hpp"

#include <algorithm>

namespace rec {
namespace {

// What the other side counts arrives a little later than it was sent, one request more so than another.
constexpr std::chrono::nanoseconds kBudgetMinute = std::chrono::milliseconds(60'250);

}  // namespace

RequestBudget::RequestBudget(std::size_t per_minute, std::size_t burst)
    : per_minute_(std::max<std::size_t>(per_minute, 1)),
      spacing_(std::chrono::nanoseconds(std::chrono::minutes(1)) / static_cast<std::int64_t>(per_minute_)),
      slack_(spacing_ * static_cast<std::int64_t>(std::clamp<std::size_t>(burst, 1, per_minute_) - 1)) {}

SteadyTime RequestBudget::ready_at(SteadyTime now, std::size_t requests) const {
  const auto wanted = std::clamp<std::size_t>(requests, 1, per_minute_);
  auto ready = now;
  if (even_ > now + slack_) ready = even_ - slack_;
  if (lately_.size() + wanted > per_minute_)
    ready = std::max(ready, lately_[lately_.size() + wanted - per_minute_ - 1] + kBudgetMinute);
  return ready;
}

bool RequestBudget::take(SteadyTime now, std::size_t requests) {
  if (ready_at(now, requests) > now) return false;
  const auto wanted = std::clamp<std::size_t>(requests, 1, per_minute_);
  even_ = std::max(even_, now) + spacing_ * static_cast<std::int64_t>(wanted);
  lately_.insert(lately_.end(), wanted, now);
  if (lately_.size() > per_minute_)
    lately_.erase(lately_.begin(),
                  lately_.begin() + static_cast<std::ptrdiff_t>(lately_.size() - per_minute_));
  return true;
}

}  // namespace rec
