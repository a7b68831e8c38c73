// Which of a recording's segments may go while it goes on: pure.
#pragma once
#include <vector>

#include "core/segment.hpp"
#include "core/session.hpp"

namespace rec {

/// Of the part's segments, and of those that earlier parts kept for it: which are needed no more once this
/// part and the one before it are confirmed (session::ReleaseRaw). What stays: initialization sections, for
/// the segments behind them; and, where sound lies by itself, the newest two minutes of it at the part's end,
/// which the next part may need. Those that are released already are not named again.
std::vector<OrdinalRange> segments_to_release(const std::vector<SegmentRecord>& log,
                                              const std::vector<session::Part>& parts, int number);

namespace session {

/// Parts whose segments may go, as things stand: a part ends with the first pictures of what the next one was
/// made of. One that was skipped, and is to be posted after all, is among them no more.
std::vector<int> releasable_parts(const Session& session, const Policy& policy);

}  // namespace session

}  // namespace rec
