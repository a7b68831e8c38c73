// Where the sound of MPEG-TS may begin. A frame whose header lies before the beginning, or is damaged, comes
// first without one; libav's MP4 muxer judges by the first packet whether headers are to be taken off, and
// would write all others with theirs, and no setup: nothing but libav could play that.
#pragma once
#include <span>

#include "media/es_headers.hpp"
#include "media_av/av.hpp"

namespace rec::media {

class SoundHead {
 public:
  SoundHead() = default;
  /// `sound`: null = there is none.
  explicit SoundHead(const AVStream* sound)
      : searching_(sound != nullptr && sound->codecpar->codec_id == AV_CODEC_ID_AAC &&
                   sound->codecpar->extradata_size == 0) {}

  /// The next packet of the sound is to be left out.
  bool drops(const AVPacket& packet) {
    if (!searching_) return false;
    const std::span<const std::uint8_t> bytes(packet.data, static_cast<std::size_t>(packet.size));
    searching_ = adts_frame(bytes, 0).bytes == 0 && dropped_ < kMost;
    dropped_ += searching_ ? 1 : 0;
    return searching_;
  }

 private:
  static constexpr int kMost = 50;  ///< then it is something else that has no headers at all
  bool searching_ = false;
  int dropped_ = 0;
};

}  // namespace rec::media
