// The program's own file, and the companion beside it that does all work that needs libav.
#pragma once
#include <string>

#include "base/result.hpp"

namespace rec::cli {

/// The path of this program's own file, for children.
std::string self_path();
/// The path of `streamrecorder-media`, whether it is there or not: in the program's own folder.
std::string media_program();
/// not_found: it is not there, or nobody may run it; the text names it and the cure. Does not start it.
Result<void> check_media_program();

}  // namespace rec::cli
