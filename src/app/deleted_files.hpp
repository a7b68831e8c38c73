// Files that somebody deleted, told from those of a disk that is not there.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace rec {

/// The first of the files of a session (`folder`, below the output folder `root`) that is gone. Blocking.
/// unavailable: their disk is away, which is no answer.
Result<std::optional<std::string>> first_missing(const std::vector<std::string>& files,
                                                 const std::string& folder, const std::string& root);

}  // namespace rec
