// Fetches queued segments, several at a time. Each is tried with backoff for as long as the playlist lists it
// and a little longer (Take::linger; a minute behind a broadcast's end, while no server can be reached);
// whatever comes is checked before it counts. Bodies go to disk as they arrive, into drafts of the sink; at
// most SegmentQueue::kMaxHeld of them wait for their turn. While the disk is full a segment is tried again
// each second.
#pragma once
#include <memory>

#include "capture/take.hpp"

namespace rec::capture {

/// Parallel fetches of one stream (googlevideo answers 429 above).
inline constexpr int kFetchersPerStream = 4;

/// One of the fetchers; never returns.
asio::awaitable<void> fetch_segments(std::shared_ptr<Take> take);

}  // namespace rec::capture
