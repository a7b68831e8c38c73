// A segment that is written into a segment log while it arrives.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/recorder.hpp"
#include "runtime/worker.hpp"
#include "spool/segment_log.hpp"

namespace rec {

/// The codec signature of a segment's first bytes (core/codecs.hpp). Called on the disk worker.
using CodecsOf = std::function<std::string(std::string_view)>;

/// Bytes gather in chunks of the pool, and each full chunk goes to the disk worker, which must outlive the
/// draft. Its log may be closed only by dropping it.
class LogDraft final : public SegmentDraft, public std::enable_shared_from_this<LogDraft> {
 public:
  struct Needs {
    std::shared_ptr<SegmentLog> log;
    Worker& disk;
    std::shared_ptr<ChunkPool> chunks;
    CodecsOf codecs_of{};  ///< may be empty
    /// Hears what settle() is about to say, and is waited for; may be empty.
    std::function<Task<>(Error)> on_refused{};
  };
  explicit LogDraft(Needs needs);
  ~LogDraft() override;
  LogDraft(const LogDraft&) = delete;
  LogDraft& operator=(const LogDraft&) = delete;

  void on_room(std::function<void()> resume) override { resume_ = std::move(resume); }
  void begin(int /*status*/) override {}
  bool take(std::string_view bytes) override;
  Task<> settle() override;
  [[nodiscard]] std::uint64_t bytes() const override { return taken_; }
  [[nodiscard]] std::string_view head() const override { return head_; }
  [[nodiscard]] std::uint64_t checksum() const override { return bytes_.checksum; }

  /// On the disk worker, once, after settle(): the segment's record is made and synced.
  Result<SegmentRecord> commit(SegmentInfo info, Instant now);
  /// On the disk worker, after settle() and before commit(): all of its bytes.
  [[nodiscard]] Result<std::string> read() const { return needs_.log->read(bytes_, bytes_.bytes); }
  [[nodiscard]] const std::shared_ptr<SegmentLog>& log() const { return needs_.log; }

 private:
  struct Hash;
  void hand_over();
  void write(Chunk& chunk);

  Needs needs_;
  std::function<void()> resume_{};
  // Of the thread that takes, until settle().
  std::shared_ptr<Chunk> chunk_{};
  std::unique_ptr<Hash> hash_;
  std::string head_{};
  std::uint64_t taken_ = 0;
  // Of the disk worker, until settle() has returned.
  SegmentBytes bytes_{};
  std::string codecs_{};
  std::optional<Error> failure_{};
};

}  // namespace rec
