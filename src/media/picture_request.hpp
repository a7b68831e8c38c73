// What the media worker is asked when a picture of a recording is wanted.
#pragma once
#include <string>

#include "ports/media_maker.hpp"

namespace rec::media {

struct PictureRequest {
  MediaRun run{};
};

struct MadePicture {
  std::string jpeg{};
};

}  // namespace rec::media
