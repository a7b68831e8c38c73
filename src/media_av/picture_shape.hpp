// How a stream's picture is shown: rotation and sample aspect ratio applied. Inside src/media only.
#pragma once
#include "media_av/av.hpp"

namespace rec::media {

struct PictureShape {
  int width = 0;  ///< as shown
  int height = 0;
  int quarter_turns = 0;  ///< clockwise turns to show the coded picture upright, 0 to 3
};

PictureShape picture_shape(const AVStream& stream);

}  // namespace rec::media
