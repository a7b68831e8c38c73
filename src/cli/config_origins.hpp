// Where each value in effect comes from: the file with its line, the environment, a secret's file, `login`,
// or what commands said.
#pragma once
#include <string>

#include <boost/json/object.hpp>

#include "app/config.hpp"

namespace rec::cli {

/// `file`, `values[]` (`key`, `value`, `origin`: `default`, `file`, `environment`, `secret_file` or `login`;
/// `line`, `variables[]`), `channels[]` and `targets[]` (what commands said of them: `id` or `name`, `added`,
/// `paused`, `resumed`, `set`), `store_error` (they are not known), `web_password`. Asks the daemon, or reads
/// the store. `loaded` is the file alone.
boost::json::object config_origins(LoadedConfig loaded);

/// The same as YAML, the origins as comments.
std::string config_origins_text(const LoadedConfig& loaded, const boost::json::object& origins);

}  // namespace rec::cli
