// `streamrecorder status`: asks the daemon, or reads the store where none runs.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/status_text.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

Result<json::object> read_store(const Config& file, Store* store, Instant now) {
  REC_TRY(const Config config, with_kept_targets(file, store));
  REC_TRY(Settings settings, settings_of(config));
  if (store != nullptr) {
    REC_TRY(StoreSnapshot kept, store->load());
    const ChannelBook book(config, std::move(kept.orders));
    static_cast<ChannelPlans&>(settings) = channel_plans_of(config, book.entries());
  }
  return status_at_rest(store, settings, now);
}

}  // namespace

int status_command(const StatusOptions& options) {
  const Asked asked = ask_for_command(options.common.config, "status", {}, read_store);
  if (!asked.told) return report_asked(asked);
  fmt::print("{}{}", options.common.json ? json::serialize(*asked.told) : status_text(*asked.told),
             options.common.json ? "\n" : "");
  return kDone;
}

}  // namespace rec::cli
