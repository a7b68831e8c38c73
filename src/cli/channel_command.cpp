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
  const auto arguments = arguments_of(options);
  if (!arguments) return report(arguments.error(), kUsage);
  const std::string request = "channel_" + options.action;
  const AtRestBy at_rest = [&](const Config& config, Store* store, Instant now) {
    return channels_at_rest(store, config, request, *arguments, now);
  };
  const Asked asked = ask_for_command(options.common.config, request, *arguments, at_rest);
  if (!asked.told) return report_asked(asked);
  if (options.common.json)
    fmt::print("{}\n", json::serialize(*asked.told));
  else
    fmt::print("{}", options.action == "list" ? channel_table(*asked.told) : channel_told(*asked.told));
  return kDone;
}

}  // namespace rec::cli
