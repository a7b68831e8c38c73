// One yt-dlp that records: started, listened to, told to end. Decision thread only.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/signal.hpp"
#include "runtime/task.hpp"

namespace rec::capture {

struct YtDlpStart {
  std::vector<std::string> argv{};
  std::vector<std::string> environment{};  ///< besides the usual (runtime/spawn.hpp)
  /// Each line of its output, of both kinds; a longer one comes cut to 4096 bytes. May be empty.
  std::function<void(std::string_view)> on_line{};
};

class YtDlpRun;

/// Destroying it tells the program to end, and leaves it to itself: it is reaped all the same.
class YtDlpProcess {
 public:
  /// not_found: there is no such program.
  static Result<std::unique_ptr<YtDlpProcess>> start(const asio::any_io_executor& executor, YtDlpStart how);
  ~YtDlpProcess();
  YtDlpProcess(const YtDlpProcess&) = delete;
  YtDlpProcess& operator=(const YtDlpProcess&) = delete;

  /// Its exit code, 128 + signal when it was killed. Cancellation unwinds; the program goes on.
  asio::awaitable<int> ended();
  /// SIGINT to its group, SIGTERM ten seconds later, SIGKILL five seconds after that. Again: nothing new.
  void stop();
  /// The newest lines of its output, at most 8 KiB.
  [[nodiscard]] const std::string& newest_output() const;

 private:
  explicit YtDlpProcess(std::shared_ptr<YtDlpRun> run) : run_(std::move(run)) {}
  std::shared_ptr<YtDlpRun> run_;
};

}  // namespace rec::capture
