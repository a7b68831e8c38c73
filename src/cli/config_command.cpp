// `streamrecorder config check|show|schema|example|reload`.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "app/config.hpp"
#include "app/config_render.hpp"
#include "app/settings_of.hpp"
#include "base/json_members.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/config_origins.hpp"
#include "cli/exit_codes.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

// The daemon reads the file by itself; this says at once what comes of it.
int reload_config(const ConfigOptions& options) {
  std::optional<Error> wrong;
  const Config config = config_to_ask_by(options.common.config, wrong);
  const auto told = ask_daemon_alone(config, "config_reload", {});
  if (!told) return report(told.error(), told.error().code == Errc::invalid ? kConfiguration : kFailed);
  if (!*told && wrong) return report(*wrong, kConfiguration);
  if (!*told)
    return report({Errc::not_found, "streamrecorder does not run; it reads the file when it starts", {}});
  if (options.common.json) {
    fmt::print("{}\n", json::serialize(**told));
    return kDone;
  }
  for (const json::value& warning : list_in(**told, "warnings"))
    if (warning.is_string()) fmt::print(stderr, "warning: {}\n", std::string(warning.get_string()));
  fmt::print("{}\n", text_in(**told, "text"));
  return kDone;
}

int show_config(const ConfigOptions& options, const LoadedConfig& loaded) {
  if (!options.origin && !options.common.json) {
    fmt::print("{}", config_show(loaded.config));
    return kDone;
  }
  const json::object origins = config_origins(loaded);
  if (options.common.json)
    fmt::print("{}\n", json::serialize(origins));
  else
    fmt::print("{}", config_origins_text(loaded, origins));
  return kDone;
}

}  // namespace

int config_command(const ConfigOptions& options) {
  if (options.action == "example") {
    fmt::print("{}", config_example());
    return kDone;
  }
  if (options.action == "schema") {
    fmt::print("{}\n", config_schema());
    return kDone;
  }
  if (options.action == "reload") return reload_config(options);
  auto path = find_config_file(options.common.config);
  if (!path) return report(path.error(), kConfiguration);
  // Whether it posts is a matter of who has signed in, too.
  auto loaded = options.action == "check" ? config_or_defaults(*path) : load_config(*path);
  if (!loaded) return report(loaded.error(), kConfiguration);
  for (const std::string& warning : loaded->warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (options.action == "show") return show_config(options, *loaded);
  const auto settings = settings_of(loaded->config);
  if (!settings) return report(settings.error(), kConfiguration);
  fmt::print("{}: valid, {} channel{}, {}\n", loaded->path, settings->channels.size(),
             settings->channels.size() == 1 ? "" : "s",
             settings->session_policy.publish ? "posts to Telegram"
                                              : "no Telegram: files stay in recording.output_dir");
  return kDone;
}

}  // namespace rec::cli
