// Who the program is when root types a command beside a daemon that runs as another user.
#pragma once
#include <string>

#include "base/result.hpp"

namespace rec::cli {

/// Root becomes the owner of the data folder, for good, so that no file of root's comes into it that the
/// daemon could not write. Changes nothing for anybody else, and where the folder is root's or not there yet.
/// Call it after the configuration is read and before anything is opened or written.
Result<void> act_as_owner(const std::string& data_folder);

}  // namespace rec::cli
