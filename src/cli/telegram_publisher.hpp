// The publisher of a configuration: TDLib, its databases in the data folder.
#pragma once
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "app/config.hpp"
#include "ports/publisher.hpp"
#include "runtime/clock.hpp"

namespace rec::cli {

/// not_found: libtdjson.so is missing. Hold the instance lock: TDLib's database has one owner.
Result<std::unique_ptr<Publisher>> publisher_for(const Config& config, const asio::any_io_executor& executor,
                                                 Clock& clock);

}  // namespace rec::cli
