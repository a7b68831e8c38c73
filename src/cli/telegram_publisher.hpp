// The publisher of a configuration: TDLib, its databases in the data folder.
#pragma once
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "app/config.hpp"
#include "app/telegram_check.hpp"
#include "publish/tdlib_publisher.hpp"

namespace rec::cli {

/// Makes the database's key if there is none. not_found: libtdjson.so is missing.
Result<TdlibOptions> tdlib_options_for(const Config& config);
/// With these options. Hold the instance lock: TDLib's database has one owner.
Result<std::unique_ptr<TelegramPublisher>> publisher_for(const Config& config,
                                                         const asio::any_io_executor& executor, Clock& clock);

/// check_telegram() and check_control() of a configuration, with the session closed when it is done; the
/// findings as JSON.
Task<boost::json::object> check_all_and_close(TelegramPublisher& publisher, Clock& clock, Config config);

/// check_telegram(), with the session closed when it is done; the findings as JSON.
Task<boost::json::object> check_and_close(Publisher& publisher, Clock& clock,
                                          std::vector<TargetChats> targets, bool try_it = false);

}  // namespace rec::cli
