// A slow fetch gets a rival: the same request once more, over a connection of its own.
#pragma once
#include <functional>
#include <memory>

#include "capture/take.hpp"

namespace rec::capture {

/// Rivals of one stream at a time; where everything is slow, more of them would make it slower.
inline constexpr int kMostRivals = 2;

struct HedgedAnswer {
  HttpResponse response;
  std::shared_ptr<BodyReceiver> receiver;  ///< of the attempt that gave it
};

/// The answer of whichever attempt first ends in a status of 2xx; the other is cancelled. The rival starts
/// `patience` after the first attempt was asked for on the wire: its wait for a turn of ours is no slowness
/// of the server's, and a rival would only wait behind it. When no attempt ends well, what the last one to
/// end said. `rivals`: 1, or 2, then another one starts after as long again. Each attempt has a receiver of
/// its own, made by `receiver` unless that is empty.
Task<HedgedAnswer> fetch_hedged(std::shared_ptr<Take> take, HttpRequest request,
                                std::chrono::nanoseconds patience, int rivals = 1,
                                std::function<std::shared_ptr<BodyReceiver>()> receiver = {});

}  // namespace rec::capture
