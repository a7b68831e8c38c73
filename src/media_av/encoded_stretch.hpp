// A stretch of a file whose pictures are encoded anew, in groups that can be cut; its sound as it is.
// Blocking.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "media_av/gop_queue.hpp"
#include "media_av/picture_encoder.hpp"

namespace rec::media {

class EncodedStretch {
 public:
  /// The pictures and the sound of `streams`, which must outlive it. As PictureEncoder::open.
  static Result<std::unique_ptr<EncodedStretch>> open(const StreamPair& streams, const EncodeLimits& limits);

  /// Takes packets in file order, the first picture a keyframe.
  Result<bool> push(std::vector<RunPacket> packets);
  /// Nothing more will come. corrupt: none of the pictures could be decoded.
  Result<bool> finish();
  /// The next whole group. Then streams() say what its packets are.
  std::optional<Gop> pop();
  [[nodiscard]] const StreamPair& streams() const { return encoded_; }
  /// Pictures that came and could not be decoded; after finish().
  [[nodiscard]] std::int64_t lost() const { return taken_ - encoder_->pictures(); }
  [[nodiscard]] std::int64_t pictures() const { return encoder_->pictures(); }

 private:
  EncodedStretch() = default;
  void hand_on();

  StreamPair streams_{};
  StreamPair encoded_{};
  std::unique_ptr<PictureEncoder> encoder_;
  std::unique_ptr<GopQueue> groups_;  // null until the first picture was decoded
  std::vector<RunPacket> early_sound_;
  std::int64_t taken_ = 0;
};

}  // namespace rec::media
