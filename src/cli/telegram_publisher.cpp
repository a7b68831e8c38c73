#include "cli/telegram_publisher.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "app/control_check.hpp"
#include "app/settings_of.hpp"
#include "app/telegram_account.hpp"
#include "app/upload_view.hpp"
#include "cli/companion.hpp"
#include "cli/house.hpp"

namespace rec::cli {

Result<TdlibOptions> tdlib_options_for(const Config& config) {
  TdlibOptions options;
  options.library = find_tdlib(config.telegram.tdlib);
  if (!options.library.empty() && ::access(options.library.c_str(), R_OK) != 0) {
    return fail(errno_error(errno, "telegram.tdlib: " + options.library));
  }
  if (options.library.empty()) {
    return fail(Errc::not_found,
                "libtdjson.so is missing; run tools/bootstrap, or set telegram.tdlib to its path");
  }
  options.host = {self_path(), "tdlib-host"};
  options.folder = (std::filesystem::path(data_folder(config)) / "telegram").string();
  options.api_id = static_cast<std::int32_t>(config.telegram.api_id);
  options.api_hash = config.telegram.api_hash.reveal();
  options.bot_token = config.telegram.bot_token;
  REC_TRY(options.database_key, telegram_database_key(config));
  for (const Secret& proxy : config.telegram.proxy) options.proxies.push_back(proxy.reveal());
  if (options.proxies.empty() && !config.proxy.empty()) options.proxies.push_back(config.proxy.reveal());
  options.upload_cap = upload_cap_of(config);
  return options;
}

Result<std::unique_ptr<TelegramPublisher>> publisher_for(const Config& config,
                                                         const asio::any_io_executor& executor,
                                                         Clock& clock) {
  REC_TRY(TdlibOptions options, tdlib_options_for(config));
  return make_tdlib_publisher(executor, clock, std::move(options));
}

Task<boost::json::object> check_all_and_close(TelegramPublisher& publisher, Clock& clock, Config config) {
  auto targets = target_chats_of(config);
  auto found = co_await check_telegram(publisher, clock, std::move(targets));
  if (found) {
    const auto control = co_await check_control(publisher, publisher.conversation(), clock, config.control);
    if (control) found->insert(found->end(), control->begin(), control->end());
  }
  co_await publisher.close();
  if (!found) co_return fail(found.error());
  co_return findings_json(*found);
}

Task<boost::json::object> check_and_close(Publisher& publisher, Clock& clock,
                                          std::vector<TargetChats> targets, bool try_it) {
  const auto found = co_await check_telegram(publisher, clock, std::move(targets), try_it);
  co_await publisher.close();
  if (!found) co_return fail(found.error());
  co_return findings_json(*found);
}

}  // namespace rec::cli
