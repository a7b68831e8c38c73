// How much room to keep in front for a part's index, so that its bytes need be written only once. Blocking.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ports/media_maker.hpp"

namespace rec::media {

/// Bytes that the index of an MP4 of these runs will hardly exceed: what the first megabytes need, scaled by
/// the number of pictures in all of them, and a tenth. 0: cannot be told. The same runs give the same number.
std::uint64_t estimate_moov(const std::vector<MediaRun>& runs, const std::string& title);

}  // namespace rec::media
