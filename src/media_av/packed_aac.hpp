// Packed AAC (RFC 8216, 3.4): ADTS frames behind ID3 tags that say where on the broadcast's clock they lie,
// which libav's own reader does not heed. Blocking.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media_av/av.hpp"
#include "media_av/extent_bytes.hpp"

namespace rec::media {

class PackedAac {
 public:
  explicit PackedAac(std::vector<Extent> extents) : bytes_({MediaRun{std::move(extents), {}}}) {}

  /// The next frame, header included, times in ticks of 1/90000 s that do not wrap; null at the end. Damage
  /// is stepped over, and so are frames before the first tag that tells a time.
  AvPacket next();

 private:
  std::span<const std::uint8_t> look(std::size_t count);
  bool skip_tag();

  ExtentBytes bytes_;
  std::uint64_t at_ = 0;
  std::vector<std::uint8_t> window_;
  std::uint64_t window_at_ = 0;
  std::optional<std::int64_t> tag_time_;
  std::int64_t samples_ = 0;  // since the tag
};

}  // namespace rec::media
