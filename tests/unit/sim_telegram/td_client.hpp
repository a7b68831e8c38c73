// A real TDLib for tests, in a child process that can be killed: JSON lines in and out.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include <boost/json.hpp>

#include "sim/telegram/telegram_server.hpp"

namespace rec::sim::test {

/// One thread at a time. Failures show as an object of @type "error" or as {"@type":"timeout"}.
class TdClient {
 public:
  TdClient(const TelegramServer& server, const std::filesystem::path& database);
  ~TdClient();
  TdClient(const TdClient&) = delete;
  TdClient& operator=(const TdClient&) = delete;

  /// Starts up and signs in; returns the last authorization state, or what was wrong. `log_in` says if it had
  /// to.
  std::string log_in_as_bot(const std::string& token);
  std::string log_in_as_user(const std::string& phone, const std::string& code);
  [[nodiscard]] bool had_to_log_in() const { return had_to_log_in_; }
  /// Sends a request and waits for its answer; what else comes meanwhile is kept for wait_for.
  boost::json::object call(boost::json::object request);
  /// The first update or answer, kept or to come, that matches.
  boost::json::object wait_for(const std::function<bool(const boost::json::object&)>& matches,
                               std::chrono::seconds within = std::chrono::seconds(30));
  /// Sends a message and waits until the server has it: updateMessageSendSucceeded or …Failed.
  boost::json::object send(std::int64_t chat, boost::json::object content);
  /// The fate of the next message: updateMessageSendSucceeded or …Failed.
  boost::json::object wait_sent();
  /// The next updateNewMessage of that chat.
  boost::json::object wait_message(std::int64_t chat);
  /// kill -9.
  void kill();

 private:
  /// Answers each authorization state with what is told for it, until Ready.
  std::string log_in(const std::map<std::string, boost::json::object>& answers);
  boost::json::object next(std::chrono::steady_clock::time_point deadline);
  void write(const boost::json::object& request);

  std::filesystem::path database_;
  std::uint16_t proxy_port_;
  pid_t pid_ = -1;
  int socket_ = -1;
  std::string input_;
  std::deque<boost::json::object> kept_;
  int last_extra_ = 0;
  bool had_to_log_in_ = false;
};

boost::json::object bold_text(const std::string& text, int bold_length);
boost::json::object text_content(const std::string& text);
/// inputMessageVideo as TDLib 1.8.62 has it.
boost::json::object video_content(const std::filesystem::path& file, const std::string& caption);

}  // namespace rec::sim::test
