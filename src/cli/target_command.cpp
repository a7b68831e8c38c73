// `streamrecorder target add|list|test|set|remove`: in the running daemon, or
// in the store where none runs.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "app/service.hpp"
#include "app/telegram_check.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/findings_text.hpp"
#include "cli/key_values.hpp"
#include "cli/one_task.hpp"
#include "cli/target_text.hpp"
#include "cli/telegram_publisher.hpp"
#include "runtime/system_clock.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

Result<json::object> target_arguments(const TargetOptions& options) {
  json::object arguments;
  if (options.action == "list") return arguments;
  arguments["target"] = options.target;
  if (options.action != "add" && options.action != "set") return arguments;
  auto values = key_values(options.values, "channel_id=@recordings");
  if (!values) return fail(values.error());
  if (!options.chat.empty() && !values->emplace("channel_id", options.chat).second)
    return fail(Errc::invalid, "channel_id: stands twice; keep one");
  arguments["set"] = *std::move(values);
  return arguments;
}

/// Where no daemon runs we are the ones who have Telegram's session.
Result<json::object> test_at_rest(const Config& config, const std::string& target, Store* store) {
  REC_TRY(const Config merged, with_kept_targets(config, store));
  REC_TRY(auto chats, chats_of_target(TargetBook(merged.telegram, {}), target));
  asio::io_context io;
  SystemClock clock;
  REC_TRY(const auto publisher, publisher_for(merged, io.get_executor(), clock));
  return run_one_task(io, check_and_close(*publisher, clock, std::move(chats), true));
}

int print_test(const json::object& told, const CommonOptions& common) {
  const Findings findings = findings_of(told);
  if (common.json)
    fmt::print("{}\n", json::serialize(told));
  else
    fmt::print("{}", findings_text(findings));
  for (const Finding& finding : findings) {
    if (finding.level == Finding::Level::error) return kNotAllowed;
  }
  return kDone;
}

}  // namespace

int target_command(const TargetOptions& options) {
  const auto arguments = target_arguments(options);
  if (!arguments) return report(arguments.error(), kUsage);
  const std::string request = "target_" + options.action;
  const bool test = options.action == "test";
  const AtRestBy at_rest = [&](const Config& config, Store* store, Instant now) {
    return test ? test_at_rest(config, options.target, store)
                : targets_at_rest(store, config, request, *arguments, now);
  };
  const Asked asked = ask_for_command(options.common.config, request, *arguments, at_rest);
  if (!asked.told) return report_asked(asked);
  if (test) return print_test(*asked.told, options.common);
  if (options.common.json)
    fmt::print("{}\n", json::serialize(*asked.told));
  else
    fmt::print("{}", options.action == "list" ? target_table(*asked.told) : target_told(*asked.told));
  return kDone;
}

}  // namespace rec::cli
