// The Compressor that has the ffmpeg program encode.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ports/compressor.hpp"
#include "runtime/worker.hpp"

namespace rec::media {

/// `worker_argv` starts the media worker, which describes the inputs and checks what came out; `ffmpeg` is a
/// name in PATH or a path. Files are looked at on `chores`. A pass that says nothing for ten minutes is
/// ended: timed_out. Decision thread only; jobs with work folders of their own may run at once.
std::unique_ptr<Compressor> make_ffmpeg_compressor(Worker& chores, std::vector<std::string> worker_argv,
                                                   std::string ffmpeg = "ffmpeg");

}  // namespace rec::media
