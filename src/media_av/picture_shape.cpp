// Rotation and aspect of a stream.
#include "media_av/picture_shape.hpp"

extern "C" {
#include <libavutil/display.h>
}

#include <cmath>

namespace rec::media {

PictureShape picture_shape(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  PictureShape shape{codec.width, codec.height, 0};
  AVRational aspect =
      stream.sample_aspect_ratio.num > 0 ? stream.sample_aspect_ratio : codec.sample_aspect_ratio;
  // An aspect out of this range is a broken header, not a picture.
  if (aspect.num > 0 && aspect.den > 0 && av_q2d(aspect) > 0.1 && av_q2d(aspect) < 10) {
    shape.width = static_cast<int>(std::lround(codec.width * av_q2d(aspect)));
  }
  if (const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr)) {
    const double turned = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
    if (!std::isnan(turned))
      shape.quarter_turns = static_cast<int>(((std::lround(-turned / 90) % 4) + 4) % 4);
  }
  if (shape.quarter_turns % 2 == 1) std::swap(shape.width, shape.height);
  return shape;
}

}  // namespace rec::media
