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
  std::optional<Error> wrong;
  const Config config = config_to_ask_by(options.common.config, wrong);
  const AtRest at_rest = [&](Store* store, Instant now) { return read_store(config, store, now); };
  Result<json::object> status = fail(Errc::not_found, "streamrecorder does not run");
  if (!wrong) {
    status = ask_program(config, "status", {}, at_rest);
  } else {
    auto told = ask_daemon_alone(config, "status", {});
    if (!told || !*told) return report(*wrong, kConfiguration);
    status = **std::move(told);
  }
  if (!status) return report(status.error());
  fmt::print("{}{}", options.common.json ? json::serialize(*status) : status_text(*status),
             options.common.json ? "\n" : "");
  return kDone;
}

}  // namespace rec::cli
