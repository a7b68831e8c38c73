// May the packets of two runs share one MP4 track?
#pragma once
#include <string>

#include "media_av/run_reader.hpp"
#include "media_av/run_source.hpp"

namespace rec::media {

/// "" if `run` can follow `first` in one file, else what differs ("video size 1920x1080 after 1280x720").
/// `mixed`: each keyframe will bring its own parameter sets, so those of H.264 may differ.
std::string difference(const RunSource& first, const RunSource& run, bool mixed = false);

/// The same for their sound alone; both have some.
std::string sound_difference(const RunReader& first, const RunReader& run);

}  // namespace rec::media
