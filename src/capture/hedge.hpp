// A slow fetch gets a rival: the same request once more, over a connection of its own.
#pragma once
#include <memory>

#include "capture/take.hpp"

namespace rec::capture {

/// Rivals of one stream at a time; where everything is slow, more of them would make it slower.
inline constexpr int kMostRivals = 2;

/// The answer of whichever attempt first ends in a status of 2xx; the other is cancelled. The rival starts
/// when the first attempt is `patience` old. When no attempt ends well, what the last one to end said.
Task<HttpResponse> fetch_hedged(std::shared_ptr<Take> take, HttpRequest request,
                                std::chrono::nanoseconds patience);

}  // namespace rec::capture
