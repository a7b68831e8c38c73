// Fetches queued segments, several at a time. Each is tried with backoff for as long as the playlist lists it
// and a little longer (Take::linger); whatever comes is checked before it counts. Bodies are held in memory
// until the assembler has handed them on, at most SegmentQueue::kMaxHeld of them.
#pragma once
#include <memory>

#include "capture/take.hpp"

namespace rec::capture {

/// Parallel fetches of one stream (googlevideo answers 429 above).
inline constexpr int kFetchersPerStream = 4;

/// One of the fetchers; never returns.
asio::awaitable<void> fetch_segments(std::shared_ptr<Take> take);

}  // namespace rec::capture
