// One publishing session on a simulated Telegram of its own, run by processes that may be killed, and the
// look at what came of it.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "sim/telegram/telegram_server.hpp"
#include "tests/unit/publish/session_child.hpp"

namespace rec::test {

class SessionStage {
 public:
  /// A user is signed in before it begins. Files of the albums are `file_bytes` long.
  explicit SessionStage(bool as_user, std::size_t file_bytes = 60'000);
  ~SessionStage();
  SessionStage(const SessionStage&) = delete;
  SessionStage& operator=(const SessionStage&) = delete;

  [[nodiscard]] sim::TelegramServer& server() { return *server_; }
  /// Runs it to its end, or kills it as soon as `kill_when` holds; what it said, "" when killed.
  std::string run(const std::function<bool()>& kill_when = {});
  /// "" when all is on Telegram, once and in order; else what is wrong.
  [[nodiscard]] std::string fault() const;
  [[nodiscard]] std::uint64_t bytes_of_files() const;

 private:
  [[nodiscard]] std::string fault_of_channel() const;
  [[nodiscard]] std::string fault_of_group() const;
  [[nodiscard]] std::string fault_of_backup() const;

  std::filesystem::path folder_;
  std::unique_ptr<sim::TelegramServer> server_;
  SessionOrder order_{};
};

}  // namespace rec::test
