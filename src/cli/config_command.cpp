// `streamrecorder config check|show|schema|example`.
#include <fmt/format.h>

#include "app/config.hpp"
#include "app/config_render.hpp"
#include "app/settings_of.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"

namespace rec::cli {

int config_command(const ConfigOptions& options) {
  if (options.action == "example") {
    fmt::print("{}", config_example());
    return kDone;
  }
  if (options.action == "schema") {
    fmt::print("{}\n", config_schema());
    return kDone;
  }
  auto path = find_config_file(options.common.config);
  if (!path) return report(path.error(), kConfiguration);
  // Whether it posts is a matter of who has signed in, too.
  auto loaded = options.action == "check" ? config_or_defaults(*path) : load_config(*path);
  if (!loaded) return report(loaded.error(), kConfiguration);
  for (const std::string& warning : loaded->warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (options.action == "show") {
    fmt::print("{}", config_show(loaded->config));
    return kDone;
  }
  for (const std::string& idle : without_effect(loaded->config)) fmt::print(stderr, "warning: {}\n", idle);
  const auto settings = settings_of(loaded->config);
  if (!settings) return report(settings.error(), kConfiguration);
  fmt::print("{}: valid, {} channel{}, {}\n", loaded->path, settings->channels.size(),
             settings->channels.size() == 1 ? "" : "s",
             settings->session_policy.publish ? "posts to Telegram"
                                              : "no Telegram: files stay in recording.output_dir");
  return kDone;
}

}  // namespace rec::cli
