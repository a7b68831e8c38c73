// The demo's media, which its companion encodes and decodes. Blocking, the main thread alone.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sim/origin/live_stream.hpp"

namespace rec::cli {

/// So many segments of two seconds, whose frames carry their numbers, the first one's `first_frame`. Works in
/// `folder`, which it makes and removes. not_found: there is no companion.
Result<std::vector<sim::LiveSegment>> make_demo_media(std::filesystem::path folder, int fps, int first_frame,
                                                      int segments);

/// The number on each frame of a video file, in order; -1 = unreadable. corrupt: it does not play.
Result<std::vector<int>> read_demo_frames(const std::string& file);

}  // namespace rec::cli
