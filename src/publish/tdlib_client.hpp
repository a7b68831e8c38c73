// One TDLib in its own process, as requests and updates.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/object.hpp>

#include "runtime/clock.hpp"
#include "runtime/task.hpp"

namespace rec {

/// Lives on the decision thread. Starts nothing by itself: a host that has ended stays so until start().
class TdlibClient {
 public:
  using OnUpdate = std::function<void(const boost::json::object&)>;
  using OnEnd = std::function<void()>;

  /// `argv` is the whole command of the host. `on_end` is called once for each host, when it can no longer
  /// answer.
  TdlibClient(const asio::any_io_executor& executor, Clock& clock, std::vector<std::string> argv,
              OnUpdate on_update, OnEnd on_end);
  ~TdlibClient();  ///< kills the host, and calls no handler
  TdlibClient(const TdlibClient&) = delete;
  TdlibClient& operator=(const TdlibClient&) = delete;

  /// Starts a host; waits first until the one before, if any, is gone. not_found: no such program.
  Task<> start();
  [[nodiscard]] bool running() const;
  /// TDLib's answer, which may be an object of type `error`. timed_out; unavailable: the host ended.
  Task<boost::json::object> call(boost::json::object request, Millis timeout);
  /// Sends a request whose answer nobody wants; an answer of type `error` is logged. unavailable: no host.
  Result<void> post(boost::json::object request);
  /// Lets TDLib close its database, 5 s at the most, then ends the host. Fails what is under way as
  /// unavailable.
  asio::awaitable<void> close();
  /// Ends the host at once; its binlog is made for that.
  void kill();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rec
