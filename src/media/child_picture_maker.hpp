// PictureMaker that has each picture made in a child process of the lowest priority.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ports/picture_maker.hpp"

namespace rec::media {

/// Whoever looks does not wait longer, and nothing of a recording is to wait for it.
constexpr Millis kLongestPicture{10'000};

/// `argv` as of make_child_media_maker(). A child that takes longer is ended: timed_out; one that crashes, or
/// used five seconds of a core, is corrupt. Decision thread only.
std::unique_ptr<PictureMaker> make_child_picture_maker(std::vector<std::string> argv,
                                                       Millis longest = kLongestPicture);

}  // namespace rec::media
