// Appends bytes that are in memory anyway, as a segment.
#pragma once
#include "ports/recorder.hpp"

namespace rec {

inline Task<> append_bytes(SegmentSink& sink, SegmentInfo info, std::string bytes) {
  auto draft = sink.draft();
  draft->begin(200);
  draft->take(bytes);
  REC_CO_CHECK(co_await draft->settle());
  co_return co_await sink.append(std::move(info), std::move(draft));
}

}  // namespace rec
