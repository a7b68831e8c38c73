// A decoded picture as a JPEG of a wanted size. Inside src/media only.
#pragma once
#include "media_av/av.hpp"
#include "media_av/picture_shape.hpp"

namespace rec::media {

/// Scales to width x height (as shown), turns it upright and compresses; quality goes down until it is within
/// `max_bytes`. corrupt: libav cannot, or not that small.
Result<std::string> to_jpeg(const ::AVFrame& picture, const PictureShape& shown, std::size_t max_bytes);

}  // namespace rec::media
