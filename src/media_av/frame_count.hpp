// How many pictures captured bytes hold, without reading all of them. Blocking; hostile bytes.
#pragma once
#include <cstdint>

#include "media_av/extent_bytes.hpp"

namespace rec::media {

/// Counts something there is one of for each picture (or, where there is none, for each few sound frames):
/// the beginnings of PES packets in MPEG-TS, of which large inputs are sampled at even distances, the samples
/// that the fragments list in MP4. Only good for comparing one piece of a recording with another; 0 = none
/// found.
double count_frames(ExtentBytes& bytes);

}  // namespace rec::media
