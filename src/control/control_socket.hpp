// The daemon's Unix socket: one JSON object a line, each way (docs/formats/control-socket.md). The server
// knows nothing of the program: it hands requests to a handler, so that every door leads to the same service.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/object.hpp>

#include "runtime/clock.hpp"

namespace rec::control {

/// `<data folder>/control.sock`
std::string socket_path(const std::string& data_folder);

/// Answers a request with an object, or with the error that the other side is told.
using Handler = std::function<Task<boost::json::object>(std::string request, boost::json::object arguments)>;

struct ServerLimits {
  std::size_t connections = 32;  ///< one more is told so and closed
  /// Of a line; a longer one is told so and ends the connection. `record --to` names months of files and
  /// gaps.
  std::size_t request_bytes = 16U << 20U;
  Millis idle = std::chrono::minutes(2);    ///< until a whole request has come
  Millis write = std::chrono::seconds(20);  ///< for taking an answer
};

/// Listens while it lives, with mode 0600, and removes the socket at the end. One request at a time a
/// connection: the next one is read when the answer has been taken. What is no request is answered with an
/// error; nothing that comes in can do more harm than end its own connection. Decision thread only.
class ControlServer {
 public:
  /// Replaces a socket that a killed program left; hold the instance lock. Errors: those of the system, with
  /// the path.
  static Result<std::unique_ptr<ControlServer>> open(const asio::any_io_executor& executor, Clock& clock,
                                                     const std::string& data_folder, Handler handler,
                                                     ServerLimits limits = {});
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  /// Ends all connections and listens no more.
  void stop();

 private:
  struct Impl;
  explicit ControlServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

/// A connection to a running daemon.
class ControlClient {
 public:
  /// not_found: nobody listens there (no socket, or one that a killed program left); denied: not ours to ask.
  static Task<std::unique_ptr<ControlClient>> connect(Clock& clock, std::string data_folder);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  /// The daemon's answer or its error; timed_out; unavailable: it went away; corrupt: no protocol of ours.
  /// One call at a time.
  Task<boost::json::object> call(std::string request, boost::json::object arguments,
                                 Millis timeout = std::chrono::seconds(30));

 private:
  struct Impl;
  explicit ControlClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::control
