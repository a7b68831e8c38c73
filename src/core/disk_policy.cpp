// Marks and the forecast.
#include "core/disk_policy.hpp"

#include <algorithm>
#include <utility>

namespace rec::disk {
namespace {

using std::chrono::minutes;

constexpr minutes kSampleEvery{1};
constexpr minutes kLookBack{30};
constexpr minutes kLeastSpan{
    10};  ///< a part being made takes gigabytes in a minute, and says nothing of a day

void remember(std::vector<Reading>& history, const Reading& now) {
  if (!history.empty() && now.at - history.back().at < kSampleEvery) return;
  std::erase_if(history, [&](const Reading& old) { return now.at - old.at > kLookBack; });
  history.push_back(now);
}

}  // namespace

std::uint64_t roomy_mark(const Policy& policy) { return policy.min_free + policy.min_free / 8; }

std::optional<std::chrono::seconds> left(const State& state, const Reading& now, const Policy& policy) {
  if (state.history.empty()) return {};
  const Reading& then = state.history.front();
  if (now.at - then.at < kLeastSpan || then.free <= now.free) return {};
  if (now.free <= policy.min_free) return std::chrono::seconds(0);
  const double seconds = std::chrono::duration<double>(now.at - then.at).count();
  const double rate = static_cast<double>(then.free - now.free) / seconds;
  constexpr double kYears = 1e9;
  const double remaining = static_cast<double>(now.free - policy.min_free) / rate;
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(remaining, kYears)));
}

Step step(State state, const Reading& now, const Policy& policy, bool gaining) {
  Step out{std::move(state), {}};
  State& next = out.next;
  if (policy.min_free == 0) return out;
  remember(next.history, now);
  if (!next.paused && now.free < policy.min_free && !gaining) {
    next.paused = true;
    out.notices.push_back(Notice::paused);
  } else if (next.paused && now.free >= roomy_mark(policy)) {
    next.paused = false;
    out.notices.push_back(Notice::resumed);
  }
  const auto remaining = left(next, now, policy);
  if (!next.warned && !next.paused && remaining && *remaining < policy.least_left) {
    next.warned = true;
    out.notices.push_back(Notice::runs_out);
  } else if (next.warned && !next.paused && (!remaining || *remaining > policy.least_left * 4 / 3)) {
    next.warned = false;
    out.notices.push_back(Notice::lasts);
  }
  return out;
}

}  // namespace rec::disk
