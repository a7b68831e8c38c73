// Hands what was fetched to the sink, strictly in the order of the broadcast: initialization sections where
// they change, segments, and a gap for each that was lost.
#pragma once
#include <memory>

#include "capture/take.hpp"

namespace rec::capture {

/// Returns when the Take has ended and nothing is queued any more, or when the sink fails again and again for
/// another reason than a full disk. What the sink did not keep is fetched again a second later, until the
/// playlist has forgotten it: then it is a gap of cause disk.
asio::awaitable<CaptureEnd> assemble(std::shared_ptr<Take> take);

}  // namespace rec::capture
