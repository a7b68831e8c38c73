// The segment log of one session: an append-only media file and an index that is the truth about it.
// Format: docs/formats/segment-log.md. Blocking; one writer at a time, on a Worker. Readers open the media
// file by its spans.
//
// Order of writing: bytes to media.bin as they come, of several segments at a time; when one is whole,
// fdatasync, record to index.bin, fdatasync. A record without its bytes cannot exist; bytes without a record
// are room lost between segments, or the torn tail, cut off at the next open.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/segment.hpp"
#include "spool/chunk_pool.hpp"

namespace rec {

/// The bytes of a segment that has no record yet.
struct SegmentBytes {
  std::vector<ByteSpan> spans{};
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  ///< XXH3, needed by append
};

class SegmentLog {
 public:
  /// Creates the folder or opens what is there: cuts the torn tail, verifies the index, syncs what is left
  /// and the folders it made. corrupt: an index record in the middle is damaged (nothing is changed);
  /// no_space; denied.
  /// `most`: segments behind so many are cut off, too: their writer was told that they were not written.
  static Result<std::unique_ptr<SegmentLog>> open(const std::string& folder, std::uint64_t most = UINT64_MAX);
  /// What the index in a folder says of segments, whole records only. Changes nothing: whoever writes the log
  /// may be at it. not_found: there is no log.
  static Result<std::vector<SegmentRecord>> read_segments(const std::string& folder);
  ~SegmentLog();
  SegmentLog(const SegmentLog&) = delete;
  SegmentLog& operator=(const SegmentLog&) = delete;

  /// Writes the chunk behind the segment's other bytes; not synced. On failure nothing was added to `bytes`.
  Result<void> write(SegmentBytes& bytes, Chunk& chunk);
  /// Appends the segment; on return it is synced. On any failure the log is as it was before (a failed sync
  /// poisons this object: every later call answers the same error, and the log must be opened anew).
  Result<SegmentRecord> append(const SegmentInfo& info, SegmentBytes bytes, Instant now);
  /// The first bytes of what was written, at most `most`.
  Result<std::string> read(const SegmentBytes& bytes, std::uint64_t most) const;
  /// From any thread: these bytes get no record, their room may be given back.
  void abandon(SegmentBytes bytes);
  /// Appends a gap record, lying before the next segment.
  Result<Gap> append_gap(Gap gap);

  /// The bytes of these segments are not needed any more: that is durable when it returns, and they read as
  /// zeros some time later (give_back_released, or the next open). Saying it again is no harm. A log of
  /// format 2 keeps everything. invalid: there are no such segments.
  Result<void> release(const std::vector<OrdinalRange>& ordinals);
  /// Gives back the room of all that was released. From any thread, also while the log is written; best
  /// effort: some file systems cannot. not_found: there is no log.
  static Result<void> give_back_released(const std::string& folder);

  /// Another object has opened the same files: from now on every call answers an error.
  void retire();

  [[nodiscard]] bool poisoned() const;

  /// Those that are kept in memory, in order; all of them unless keep_newest() was called. Only where the log
  /// is written, or while nobody writes it.
  [[nodiscard]] const std::vector<SegmentRecord>& segments() const;
  /// Of those the newest media of a track, oldest first. From any thread, as count().
  [[nodiscard]] std::vector<SegmentRecord> newest(std::uint8_t track, std::size_t most) const;
  /// How many segments there are in all.
  [[nodiscard]] std::uint64_t count() const;
  /// Of older segments only what is on disk remains (read_segments): a recording of a day has tens of
  /// thousands. Some more than `most` may stay.
  void keep_newest(std::size_t most);
  [[nodiscard]] const std::vector<Gap>& gaps() const;
  [[nodiscard]] std::string media_path() const;
  /// Where the media of a log in this folder is.
  static std::string media_path(const std::string& folder) { return folder + "/media.bin"; }

 private:
  struct Impl;
  explicit SegmentLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec
