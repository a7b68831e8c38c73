// What the Python program kept in SQLite. A copy is read, so that its files stay as they are, a log that was
// not yet folded in too.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"

namespace rec {

/// The `data` column of all rows of the table, in the order they came. Blocking. corrupt: the file is damaged
/// or no database; not_found: it is not there, or has no such table; denied, no_space: of the files.
Result<std::vector<std::string>> old_rows(const std::string& path, const std::string& table);

}  // namespace rec
