// Files that were too large for the account, and what they are cut into: told by their names. Pure.
#pragma once
#include <string>
#include <vector>

#include "core/session.hpp"

namespace rec {

/// Of "FILE.mp4": its pieces are called "FILE-small-001.mp4", "FILE-small-002.mp4", …
std::string stem_of_smaller(const std::string& path);

/// What the files of a part were before they were cut smaller, in order, each once; its files, if they never
/// were.
std::vector<std::string> wholes_of(const session::Part& part);

}  // namespace rec
