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

int report_session(const Error& error) {
  if (error.code == Errc::invalid) return report(error, kUsage);
  if (error.code == Errc::conflict) return report(error, kFailed);  // 6 is for a second `run` alone
  return report(error);
}

}  // namespace

int session_command(const SessionOptions& options) {
  const auto loaded = config_or_defaults(options.common.config);
  if (!loaded) return report(loaded.error(), kConfiguration);
  const auto settings = settings_of(loaded->config);
  if (!settings) return report(settings.error(), kConfiguration);
  const bool list = options.action == "list";
  const bool details = options.action == "details";
  json::object arguments;
  if (list && !options.session.empty()) arguments["channel"] = options.session;
  if (!list) arguments["session"] = options.session;
  if (!list && !details) arguments["action"] = options.action;
  const std::string request = list ? "session_list" : details ? "session_details" : "session_action";
  const AtRest at_rest = [&](Store* store, Instant now) -> Result<json::object> {
    REC_TRY(const Config config, with_kept_targets(loaded->config, store));
    REC_TRY(const Settings kept, settings_of(config));
    return sessions_at_rest(store, kept, request, arguments, now);
  };
  const auto told = ask_program(loaded->config, request, arguments, at_rest);
  if (!told) return report_session(told.error());
  if (options.common.json)
    fmt::print("{}\n", json::serialize(*told));
  else
    fmt::print("{}", list      ? session_table(*told)
                     : details ? session_details_text(*told)
                               : session_told(*told));
  return kDone;
}

}  // namespace rec::cli
