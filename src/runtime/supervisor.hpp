// The only place that starts coroutines nobody awaits, and the only one that catches their exceptions.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "runtime/task.hpp"

namespace rec {

/// Owns running tasks by name. Single-threaded: lives on the decision thread.
class Supervisor {
 public:
  /// `on_failure` hears of a task that ended with an error other than cancelled, or with an exception (name,
  /// error).
  using OnFailure = std::function<void(const std::string&, const Error&)>;
  Supervisor(asio::any_io_executor executor, OnFailure on_failure);
  ~Supervisor();  ///< tasks must have ended (stop(), then run the loop) or their io_context must be gone
                  ///< already
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Starts a task under a name that is free; false, and `task` is dropped, when the name is taken.
  bool start(const std::string& name, Task<> task);
  [[nodiscard]] bool running(const std::string& name) const;
  /// Asks one task (or all) to unwind; returns at once.
  void cancel(const std::string& name);
  void cancel_all();
  /// Waits until no task is left, or for the one of that name.
  asio::awaitable<void> join();
  asio::awaitable<void> join(std::string name);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rec
