#include "media_av/encoded_stretch.hpp"

#include <utility>

namespace rec::media {

Result<std::unique_ptr<EncodedStretch>> EncodedStretch::open(const StreamPair& streams,
                                                             const EncodeLimits& limits) {
  std::unique_ptr<EncodedStretch> stretch(new EncodedStretch);
  stretch->streams_ = streams;
  REC_TRY(stretch->encoder_, PictureEncoder::open(*streams[0], limits));
  return stretch;
}

void EncodedStretch::hand_on() {
  if (!groups_ && encoder_->stream() != nullptr) {
    encoded_ = {encoder_->stream(), streams_[1]};
    groups_ = std::make_unique<GopQueue>(encoded_);
  }
  if (!groups_) return;
  for (RunPacket& picture : encoder_->take()) groups_->push(std::move(picture));
  for (RunPacket& sound : std::exchange(early_sound_, {})) groups_->push(std::move(sound));
}

Result<bool> EncodedStretch::push(std::vector<RunPacket> packets) {
  for (RunPacket& item : packets) {
    if (item.kind == TrackKind::audio) {
      early_sound_.push_back(std::move(item));
      continue;
    }
    ++taken_;
    REC_CHECK(encoder_->push(*item.packet));
    hand_on();
  }
  hand_on();
  return true;
}

Result<bool> EncodedStretch::finish() {
  REC_CHECK(encoder_->finish());
  hand_on();
  if (!groups_) return fail(Errc::corrupt, "none of its pictures can be decoded");
  groups_->finish();
  return true;
}

std::optional<Gop> EncodedStretch::pop() { return groups_ ? groups_->pop() : std::nullopt; }

}  // namespace rec::media
