// What the Python program's config.yaml says, as far as taking over goes by it; and what it assumed without
// saying so.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace rec {

struct OldConfig {
  std::string path{};                   ///< where it is to be
  std::optional<Config> config{};       ///< unset: it is not there, or does not load
  std::string trouble{};                ///< why it does not load, a line for each reason; "" = it does
  std::vector<std::string> warnings{};  ///< of keys that have nothing left to do, a line each
  std::vector<std::string> advice{};  ///< lines to add, so that what it assumed goes on, each with its reason
  bool compression = true;            ///< as it was there: on, unless it says otherwise
  std::string state_file{};           ///< absolute, as are the others
  std::string runtime_file{};
  std::string output_dir{};
  std::string temp_dir{};
};

/// Of `folder`/config.yaml, which is only read. `timezone`: the machine's, which the old program went by.
/// Blocking.
OldConfig read_old_config(const std::string& folder, const std::string& timezone);

/// The machine's time zone by its name, of TZ, /etc/timezone or /etc/localtime; "" = it cannot be told.
std::string machine_timezone();

/// Its SQLite file where it was told `path`: the same, or beside it with the ending .sqlite3.
std::string old_sqlite_path(const std::string& path);

}  // namespace rec
