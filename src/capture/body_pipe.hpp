// What stands between the network and a segment's draft: the slice of a byte range, and decryption.
#pragma once
#include <memory>
#include <optional>

#include "capture/aes128.hpp"
#include "capture/playlist.hpp"
#include "ports/recorder.hpp"

namespace rec::capture {

class BodyPipe final : public BodyReceiver {
 public:
  /// `range`: what was asked for; a server may answer it with all of the file. `cipher` may be null.
  BodyPipe(std::shared_ptr<SegmentDraft> draft, std::optional<ByteRange> range,
           std::unique_ptr<Aes128Stream> cipher);

  void on_room(std::function<void()> resume) override { draft_->on_room(std::move(resume)); }
  void begin(int status) override;
  bool take(std::string_view bytes) override;

  /// The answer is complete; on the decision thread. The draft, with all of it written. corrupt: another
  /// length than the range has, or undecryptable. Else what SegmentDraft::settle says.
  Task<std::shared_ptr<SegmentDraft>> finish();
  /// Was the error of finish() that of decryption?
  [[nodiscard]] bool undecryptable() const { return undecryptable_; }
  /// Was it that of SegmentDraft::settle: nothing wrong with what came?
  [[nodiscard]] bool refused_by_disk() const { return refused_by_disk_; }

 private:
  std::shared_ptr<SegmentDraft> draft_;
  std::optional<ByteRange> range_;
  std::unique_ptr<Aes128Stream> cipher_;
  std::uint64_t skip_ = 0;   ///< of what comes, before the range begins
  std::uint64_t taken_ = 0;  ///< of the range
  bool too_long_ = false;
  bool whole_file_ = false;
  bool undecryptable_ = false;
  bool refused_by_disk_ = false;
};

}  // namespace rec::capture
