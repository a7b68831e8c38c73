// The command line of the ffmpeg program for one pass of an encoding. Pure.
#pragma once
#include <string>
#include <vector>

#include "media/encode_plan.hpp"

namespace rec::media {

struct EncodeFiles {
  std::vector<std::string> inputs{};
  std::vector<MediaFacts> facts{};  ///< of each
  std::string output{};
  std::string pass_log{};  ///< prefix of the names that the first pass writes
  std::string title{};
};

/// first: only statistics; second: by them; single: at once, never above the rate. Progress comes on stdout.
/// All inputs are decoded, brought to one size and rate and put in a row, so that they may differ in
/// everything. No shell sees it, and no name in it is taken for anything but a local file.
enum class Pass { first, second, single };
std::vector<std::string> ffmpeg_arguments(const EncodePlan& plan, const EncodeFiles& files, Pass pass);

}  // namespace rec::media
