// MediaMaker that has each part made in a niced child process.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "media/cut_request.hpp"
#include "ports/file_cutter.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// `argv` starts the worker, e.g. {"…/streamrecorder-media", "worker"}. A child that crashes is corrupt (its
/// input does it), one that was killed from outside unavailable, one that takes longer than 10 minutes and a
/// second for every 2 MiB timed_out. Decision thread only; several parts may be under way at once.
std::unique_ptr<MediaMaker> make_child_media_maker(std::vector<std::string> argv);

/// FileCutter in such children.
std::unique_ptr<FileCutter> make_child_file_cutter(std::vector<std::string> argv);

/// cut_file() in such a child; the time it may take goes by the input's size. Decision thread only.
Task<std::vector<session::PartFile>> cut_in_child(std::vector<std::string> argv, CutRequest request);

}  // namespace rec::media
