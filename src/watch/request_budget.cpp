#include "watch/request_budget.hpp"

#include <algorithm>

namespace rec {
namespace {

// What the other side counts arrives a little later than it was sent, one request more so than another.
constexpr std::chrono::nanoseconds kBudgetMinute = std::chrono::milliseconds(60'250);

}  // namespace

RequestBudget::RequestBudget(std::size_t per_minute, std::size_t burst, std::size_t reserve) : burst_(burst) {
  change(per_minute, reserve);
}

void RequestBudget::change(std::size_t per_minute, std::size_t reserve) {
  per_minute_ = std::max<std::size_t>(per_minute, 1);
  plain_ = per_minute_ - std::min(reserve, per_minute_ - 1);
  spacing_ = std::chrono::nanoseconds(std::chrono::minutes(1)) / static_cast<std::int64_t>(plain_);
  slack_ = spacing_ * static_cast<std::int64_t>(std::clamp<std::size_t>(burst_, 1, plain_) - 1);
}

SteadyTime RequestBudget::room_at(SteadyTime now, std::size_t wanted, std::size_t most) const {
  if (lately_.size() + wanted <= most) return now;
  return std::max(now, lately_[lately_.size() + wanted - most - 1] + kBudgetMinute);
}

SteadyTime RequestBudget::ready_at(SteadyTime now, std::size_t requests) const {
  const auto wanted = std::clamp<std::size_t>(requests, 1, plain_);
  const auto ready = room_at(now, wanted, plain_);
  return even_ > now + slack_ ? std::max(ready, even_ - slack_) : ready;
}

bool RequestBudget::take(SteadyTime now, std::size_t requests) {
  if (ready_at(now, requests) > now) return false;
  const auto wanted = std::clamp<std::size_t>(requests, 1, plain_);
  even_ = std::max(even_, now) + spacing_ * static_cast<std::int64_t>(wanted);
  note(now, wanted);
  return true;
}

SteadyTime RequestBudget::first_ready_at(SteadyTime now) const { return room_at(now, 1, per_minute_); }

bool RequestBudget::take_first(SteadyTime now) {
  if (first_ready_at(now) > now) return false;
  note(now, 1);
  return true;
}

void RequestBudget::note(SteadyTime now, std::size_t requests) {
  lately_.insert(lately_.end(), requests, now);
  while (lately_.size() > per_minute_) lately_.pop_front();
}

}  // namespace rec
