// How TDLib reaches Telegram: directly, or by the first of the user's proxies that answers; and, as long as
// uploads have a limit, through the relay that holds them to it.
//
// Without a limit there is no relay: it would cost CPU time for nothing (docs/benchmarks.md), and one thing
// more could fail. A limit that is set or lifted while the program runs leads TDLib another way; what it had
// in flight, 4 MiB at the most, is sent again then. An MTProto proxy speaks to TDLib alone: through it no
// limit holds.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "ports/publisher.hpp"
#include "publish/upload_relay.hpp"
#include "runtime/clock.hpp"

namespace rec {

/// Lives on the decision thread.
class TelegramWay {
 public:
  /// `post` gives TDLib a request whose answer nobody wants; it may fail.
  using Post = std::function<Result<void>(boost::json::object)>;
  TelegramWay(const asio::any_io_executor& executor, Clock& clock, std::vector<std::string> proxies,
              std::uint64_t cap, Post post);
  ~TelegramWay();
  TelegramWay(const TelegramWay&) = delete;
  TelegramWay& operator=(const TelegramWay&) = delete;

  /// To be called for each host, before its TDLib opens a connection. invalid: a proxy that is none.
  Result<void> begin();
  /// What updateConnectionState says.
  void on_connected(bool connected);
  void on_host_ended();
  /// Bytes a second, 0 = none.
  void set_cap(std::uint64_t bytes_per_second);
  [[nodiscard]] Uplink uplink() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace rec
