// Ends what a login began.
#pragma once
#include <boost/asio/any_io_executor.hpp>

#include "publish/tdlib_publisher.hpp"

namespace rec {

/// Ends the session at Telegram and deletes its database. One that is not signed in is done: what is left of
/// it goes with the next sign-in. unavailable, timed_out: Telegram was not reached, and nothing has changed.
Task<> log_out_of_telegram(asio::any_io_executor executor, Clock& clock, TdlibOptions options);

}  // namespace rec
