// A small JPEG of a video, within what Telegram takes: 320 pixels a side, 200 KiB. Blocking, any thread.
#pragma once
#include <string>

#include "base/result.hpp"
#include "media_av/av.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

inline constexpr int kThumbnailSide = 320;
inline constexpr std::size_t kThumbnailBytes = 200 * 1024;

struct Thumbnail {
  std::string jpeg;
  int width = 0;
  int height = 0;
};

/// Takes a picture that is not black or empty where one of a few places has one, or else any keyframe, or (of
/// a short video) any picture; upright, in the video's own aspect. `input` is the file, opened; it is sought
/// in. not_found: no picture in it; corrupt: none that can be decoded.
Result<Thumbnail> make_thumbnail(AVFormatContext& input, const std::string& video);

/// The last keyframe of a recording's newest segments, whatever it shows. Errors as above, and the disk's.
Result<Thumbnail> make_live_picture(const MediaRun& run);

}  // namespace rec::media
