// All that the Python program left in its folder, read and not changed. What cannot be read is told, and the
// rest is taken.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/import_line.hpp"
#include "app/old_config.hpp"
#include "app/old_files.hpp"
#include "app/old_runtime.hpp"
#include "app/old_state.hpp"

namespace rec {

struct ImportSources {
  std::string folder{};  ///< absolute: where its relative paths start
  OldConfig config{};
  OldState state{};
  OldRuntime runtime{};
  std::vector<OldFile> strays{};  ///< what the state does not name
  ImportLines lines{};            ///< of what was read, and of what could not be
};

/// The `data` column of a table of its SQLite files. not_found: there is no such table.
using OldRows =
    std::function<Result<std::vector<std::string>>(const std::string& path, const std::string& table)>;

/// Its times are on the clock of the process's time zone, which `timezone` names. Blocking.
ImportSources read_import_sources(const std::string& folder, const std::string& timezone,
                                  const OldRows& rows);

/// Where a file is that its state names: there, or, when the folder was moved, under the same name among its
/// recordings or its work files; "" = nowhere. Blocking.
std::string find_old_file(const OldConfig& config, const std::string& path);

}  // namespace rec
