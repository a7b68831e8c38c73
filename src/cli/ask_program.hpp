// For commands about what the program holds: asks the daemon where one runs, else opens the store itself.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "ports/store.hpp"
#include "runtime/clock.hpp"
#include "runtime/task.hpp"

namespace rec::cli {

/// What to do where no daemon runs. The store is null where there is none; unavailable says that one is
/// needed: then it is made, and the same is asked again. With a store the instance lock is held.
using AtRest = std::function<Result<boost::json::object>(Store* store, Instant now)>;

/// The daemon's answer or that of `at_rest`. A daemon that starts or ends is waited for, ten seconds at most:
/// unavailable, if it holds the folder without answering.
Result<boost::json::object> ask_program(const Config& config, const std::string& request,
                                        const boost::json::object& arguments, const AtRest& at_rest);

/// The file that is named or found, or, when none is named and there is none, the defaults with relative
/// paths from the current folder. Errors: those of find_config_file and load_config.
Result<LoadedConfig> file_or_defaults(const std::string& given);
/// The same, completed by what `login` keeps (app/telegram_account.hpp); what is wrong with that is a
/// warning.
Result<LoadedConfig> config_or_defaults(const std::string& given);
/// The same, checked as far as a program that runs goes by it.
Result<LoadedConfig> checked_config(const std::string& given);
/// The same, or, where the file is wrong, what it says of where the program that runs has its data: that one
/// goes on by what it has read, and can be asked. `wrong` is what is wrong then.
Config config_to_ask_by(const std::string& given, std::optional<Error>& wrong);
/// A daemon's answer; nothing: none listens there.
Task<std::optional<Result<boost::json::object>>> ask_daemon(Clock& clock, std::string folder,
                                                            std::string request,
                                                            boost::json::object arguments);

/// The answer of a daemon alone; nothing: none runs.
Result<std::optional<boost::json::object>> ask_daemon_alone(const Config& config, const std::string& request,
                                                            const boost::json::object& arguments);

/// AtRest by the configuration, which is good.
using AtRestBy = std::function<Result<boost::json::object>(const Config& config, Store* store, Instant now)>;
struct Asked {
  Result<boost::json::object> told;
  bool configuration = false;  ///< the error is that of the file
};
/// What a command that any program can answer is told. Where the file is wrong, a daemon is asked all the
/// same, with a warning on stderr; where none runs then, what is wrong is the error.
Asked ask_for_command(const std::string& given, const std::string& request,
                      const boost::json::object& arguments, const AtRestBy& at_rest);
/// Says the error on stderr; returns the exit code.
int report_asked(const Asked& asked);

}  // namespace rec::cli
