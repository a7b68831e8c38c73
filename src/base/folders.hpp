// Folders whose names survive a power cut: a new file or folder is durable only once the folder above is
// synced.
#pragma once
#include <sys/types.h>

#include <string>

#include "base/result.hpp"

namespace rec {

/// Makes the names in a folder durable. Errors are those of errno_error, and name the folder.
Result<void> sync_folder(const std::string& folder);
/// Creates the folder and those above it that are missing, and makes each new name durable, as well as that
/// of the folder if it was there. `mode` is cut by the umask.
Result<void> make_folders(const std::string& folder, mode_t mode = 0700);

}  // namespace rec
