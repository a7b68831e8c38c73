// One attempt at a segment: its body by HTTP, cut to its range and decrypted, and what it needs beside that:
// initialization section and key, each fetched once for all segments that need it.
#pragma once
#include <memory>
#include <string>

#include "capture/take.hpp"

namespace rec::capture {

/// No segment is larger, nor what is read of one.
inline constexpr std::size_t kMaxSegmentBytes = 256U << 20U;

/// The bytes as they are to be recorded, in a settled draft of the take's sink. Errors of HttpClient::fetch,
/// http_error and SegmentDraft::settle; corrupt: another length than the range has, or undecryptable (the key
/// is then asked for anew the next time).
Task<std::shared_ptr<SegmentDraft>> fetch_media(std::shared_ptr<Take> take,
                                                std::shared_ptr<QueuedSegment> segment);

/// The initialization section of a segment that has one. corrupt: it is empty or a page.
Task<std::shared_ptr<const std::string>> fetch_init(std::shared_ptr<Take> take,
                                                    std::shared_ptr<QueuedSegment> segment);

}  // namespace rec::capture
