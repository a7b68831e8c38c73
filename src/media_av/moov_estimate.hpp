// How much room to keep in front for a part's index, so that its bytes need be written only once. Blocking.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "media_av/run_source.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// Bytes that the index of an MP4 of these runs will hardly exceed: what the first megabytes need, scaled by
/// the number of pictures in all of them, and a tenth. `first` is the first of them, opened, of which nothing
/// was taken yet; it is looked ahead into. The same runs give the same number.
std::uint64_t estimate_moov(RunSource& first, const std::vector<MediaRun>& runs, const std::string& title);

}  // namespace rec::media
