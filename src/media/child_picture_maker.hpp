// PictureMaker that has each picture made in a child process of the lowest priority.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ports/picture_maker.hpp"

namespace rec::media {

/// `argv` as of make_child_media_maker(). A child that takes longer than ten seconds is ended: timed_out; one
/// that crashes, or used five seconds of a core, is corrupt. Decision thread only.
std::unique_ptr<PictureMaker> make_child_picture_maker(std::vector<std::string> argv);

}  // namespace rec::media
