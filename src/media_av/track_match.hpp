// May the packets of two runs share one MP4 track?
#pragma once
#include <string>

#include "media_av/run_reader.hpp"
#include "media_av/run_source.hpp"

namespace rec::media {

/// "" if `run` can follow `first` in one file, else what differs ("video size 1920x1080 after 1280x720").
std::string difference(const RunSource& first, const RunSource& run);

/// The same for their sound alone; both have some.
std::string sound_difference(const RunReader& first, const RunReader& run);

}  // namespace rec::media
