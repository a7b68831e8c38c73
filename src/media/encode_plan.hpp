// How a session is encoded so that it fits into one small file: picture size, rates, and what each input is
// scaled to. Pure.
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "media/media_facts.hpp"

namespace rec::media {

/// Where an input's picture lies in the common one; what is around it is black.
struct PictureFit {
  int width = 0;  ///< even, as all of these
  int height = 0;
  int left = 0;
  int top = 0;
  bool operator==(const PictureFit&) const = default;
};

struct EncodePlan {
  int width = 0;  ///< 0 = no input has a picture
  int height = 0;
  int rate_num = 30;  ///< pictures a second
  int rate_den = 1;
  int video_kbps = 0;
  int audio_kbps = 0;  ///< 0 = no input has sound
  /// Where the index would be too large for players that read it first: without reordered pictures it is
  /// two thirds smaller, and of sound at half the rate there are half as many packets.
  bool b_frames = true;
  int audio_hz = 48'000;
  bool streams = true;  ///< false: it is too large all the same, and the file plays only once it is there
  Millis duration{0};
  std::vector<PictureFit> fits{};  ///< of each input; empty where it has no picture
  std::uint64_t stats_bytes = 0;   ///< what the first pass writes down, about
  [[nodiscard]] double rate() const { return static_cast<double>(rate_num) / rate_den; }
};

struct EncodeWish {
  std::uint64_t target_bytes = 0;
  int audio_kbps = 128;  ///< less where it would be too much of all
};

/// invalid: the target holds no picture worth the name; corrupt: nothing plays in the inputs.
Result<EncodePlan> plan_encoding(const std::vector<MediaFacts>& inputs, const EncodeWish& wish);

/// The plan with a lower rate of the pictures, after `bytes` came out of it; the picture keeps its size, so
/// that the first pass still holds. invalid: that is too low.
Result<EncodePlan> with_less(EncodePlan plan, std::uint64_t bytes, std::uint64_t target_bytes);

}  // namespace rec::media
