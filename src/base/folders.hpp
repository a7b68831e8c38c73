// Folders whose names survive a power cut: a new file or folder is durable only once the folder above is
// synced.
#pragma once
#include <string>

#include "base/result.hpp"

namespace rec {

/// Makes the names in a folder durable. Errors are those of errno_error, and name the folder.
Result<void> sync_folder(const std::string& folder);
/// Creates the folder and those above it that are missing (mode 0700), and makes each new name durable.
Result<void> make_folders(const std::string& folder);

}  // namespace rec
