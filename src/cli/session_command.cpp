// `streamrecorder session list|details|ACTION`: in the running daemon, or in the store where none runs.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/session_text.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

Result<json::object> sessions_by(const Config& file, Store* store, const std::string& request,
                                 const json::object& arguments, Instant now) {
  REC_TRY(const Config config, with_kept_targets(file, store));
  REC_TRY(const Settings settings, settings_of(config));
  return sessions_at_rest(store, config, settings, request, arguments, now);
}

}  // namespace

int session_command(const SessionOptions& options) {
  const bool list = options.action == "list";
  const bool details = options.action == "details";
  json::object arguments;
  if (list && !options.session.empty()) arguments["channel"] = options.session;
  if (!list) arguments["session"] = options.session;
  if (!list && !details) arguments["action"] = options.action;
  const std::string request = list ? "session_list" : details ? "session_details" : "session_action";
  const AtRestBy at_rest = [&](const Config& config, Store* store, Instant now) {
    return sessions_by(config, store, request, arguments, now);
  };
  const Asked asked = ask_for_command(options.common.config, request, arguments, at_rest);
  if (!asked.told) return report_asked(asked);
  if (options.common.json)
    fmt::print("{}\n", json::serialize(*asked.told));
  else
    fmt::print("{}", list      ? session_table(*asked.told)
                     : details ? session_details_text(*asked.told)
                               : session_told(*asked.told));
  return kDone;
}

}  // namespace rec::cli
