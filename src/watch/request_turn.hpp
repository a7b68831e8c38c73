// Waiting for one's turn in a budget of requests.
#pragma once
#include <memory>

#include "runtime/clock.hpp"
#include "runtime/task.hpp"
#include "watch/request_budget.hpp"

namespace rec {

/// What yt-dlp takes to resolve a page of YouTube.
inline constexpr std::size_t kRequestsOfYtDlp = 4;

/// Returns when a request may go, which is counted then. `first`: footage waits for it, so it goes before all
/// that only look.
Task<> request_turn(std::shared_ptr<RequestBudget> budget, Clock& clock, bool first);

}  // namespace rec
