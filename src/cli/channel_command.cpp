// `streamrecorder channel add|list|remove|pause|resume|set`: in the running daemon, or in the store where
// none runs.
#include <fmt/format.h>

#include <filesystem>

#include <boost/json/serialize.hpp>

#include "app/service.hpp"
#include "cli/ask_program.hpp"
#include "cli/channel_text.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/key_values.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

int report_channel(const Error& error) {
  if (error.code == Errc::invalid) return report(error, kUsage);
  if (error.code == Errc::conflict) return report(error, kFailed);  // 6 is for a second `run` alone
  return report(error);
}

Result<json::object> arguments_of(const ChannelOptions& options) {
  json::object arguments;
  if (options.action == "list") return arguments;
  arguments[options.action == "add" ? "url" : "channel"] = options.channel;
  if (options.action != "set") return arguments;
  REC_TRY(arguments["set"], key_values(options.values, "quality=720p,best"));
  std::error_code error;
  arguments["folder"] = std::filesystem::current_path(error).string();
  if (error) return fail(errno_error(error.value(), "find the current folder"));
  return arguments;
}

}  // namespace

int channel_command(const ChannelOptions& options) {
  const auto loaded = config_or_defaults(options.common.config);
  if (!loaded) return report(loaded.error(), kConfiguration);
  const auto arguments = arguments_of(options);
  if (!arguments) return report(arguments.error(), kUsage);
  const std::string request = "channel_" + options.action;
  const AtRest at_rest = [&](Store* store, Instant now) {
    return channels_at_rest(store, loaded->config, request, *arguments, now);
  };
  const auto told = ask_program(loaded->config, request, *arguments, at_rest);
  if (!told) return report_channel(told.error());
  if (options.common.json)
    fmt::print("{}\n", json::serialize(*told));
  else
    fmt::print("{}", options.action == "list" ? channel_table(*told) : channel_told(*told));
  return kDone;
}

}  // namespace rec::cli
