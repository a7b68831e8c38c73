// What a finished media file holds. Blocking, any thread.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media_av/av.hpp"

namespace rec::media {

struct MediaInfo {
  Millis duration{0};
  Millis start{0};  ///< of the earliest track
  int width = 0;    ///< as shown: after rotation and sample aspect ratio; 0 = no picture
  int height = 0;
  AVRational rate{0, 1};      ///< pictures a second; 0 = not known
  std::string video_codec{};  ///< as libav names it ("h264"); "" = none
  std::string audio_codec{};
  std::string hdr{};  ///< its transfer curve, as libav names it ("smpte2084"), where that is one of HDR
  std::int64_t video_packets = 0;  ///< by the file's own index
  std::int64_t audio_packets = 0;
};

/// Of a file that open_media_file opened. corrupt: neither picture nor sound in it.
Result<MediaInfo> probe(AVFormatContext& input, const std::string& path);
/// Reads the header (MP4's index included), not the whole file. not_found; corrupt: not media.
Result<MediaInfo> probe(const std::string& path);

}  // namespace rec::media
