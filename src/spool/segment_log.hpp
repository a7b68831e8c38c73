// The segment log of one session: an append-only media file and an index that is the truth about it.
// Format: docs/formats/segment-log.md. Blocking; one writer at a time, on a Worker. Readers open the media
// file by extent.
//
// Order of writing: bytes to media.bin, fdatasync, record to index.bin, fdatasync. A record without its bytes
// cannot exist; bytes without a record are the torn tail, cut off at the next open.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/segment.hpp"

namespace rec {

class SegmentLog {
 public:
  /// Creates the folder or opens what is there: cuts the torn tail, verifies the index, syncs the folders it
  /// made. corrupt: an index record in the middle is damaged (nothing is changed); no_space; denied.
  static Result<std::unique_ptr<SegmentLog>> open(const std::string& folder);
  ~SegmentLog();
  SegmentLog(const SegmentLog&) = delete;
  SegmentLog& operator=(const SegmentLog&) = delete;

  /// Appends one segment; on return it is synced. On any failure the log is as it was before (a failed sync
  /// poisons this object: every later call answers the same error, and the log must be opened anew).
  Result<SegmentRecord> append(const SegmentInfo& info, std::span<const char> bytes, Instant now);
  /// Appends a gap record, lying before the next segment.
  Result<Gap> append_gap(Gap gap);

  [[nodiscard]] const std::vector<SegmentRecord>& segments() const;
  [[nodiscard]] const std::vector<Gap>& gaps() const;
  [[nodiscard]] std::string media_path() const;

 private:
  struct Impl;
  explicit SegmentLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec
