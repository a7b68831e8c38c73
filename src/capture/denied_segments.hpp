// Does the URL that is followed give nothing any more? Counts segments that are refused (401, 403), each
// once: one that is refused for ever is a gap, and no reason to ask for another URL. Pure.
#pragma once
#include "capture/segment_queue.hpp"

namespace rec::capture {

class DeniedSegments {
 public:
  /// Another URL is followed, or the same one was given again.
  void opened() { segments_ = 0; }
  /// What the playlist lists no more may be refused for its age. `nothing_comes`: no other segment, either.
  void note(QueuedSegment& segment, bool nothing_comes) {
    if (segment.unlisted_since || (segment.denied && !nothing_comes)) return;
    segment.denied = true;
    ++segments_;
  }
  /// One came: it is not all of them.
  void came() { segments_ = 0; }
  [[nodiscard]] bool several() const { return segments_ > 1; }

 private:
  int segments_ = 0;
};

}  // namespace rec::capture
