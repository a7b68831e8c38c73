// What people say in a group to the account that TDLib is signed in with.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "ports/conversation.hpp"
#include "publish/chat_directory.hpp"
#include "publish/send_book.hpp"
#include "publish/tdlib_session.hpp"
#include "runtime/signal.hpp"

namespace rec {

/// Lives on the decision thread, beside a session.
class TdlibConversation final : public Conversation {
 public:
  TdlibConversation(const asio::any_io_executor& executor, Clock& clock, TdlibSession& session,
                    ChatDirectory& chats, SendBook& book)
      : clock_(clock), session_(session), chats_(chats), book_(book), heard_more_(executor) {}

  void listen(std::int64_t chat, std::int64_t since) override;
  Task<Asked> next() override;
  Task<> say(Saying saying) override;
  Task<> change(std::int64_t message, Saying saying) override;
  Task<> notice(std::int64_t press, std::string text) override;
  Task<std::string> deaf_to(std::int64_t chat, std::string prefix) override;

  void on_update(const boost::json::object& update);
  /// The next TDLib is to be told again where we listen.
  void forget_run() { heard_more_.notify(); }

 private:
  Task<> enter();
  Task<> catch_up();
  Task<std::int64_t> server_time();
  Task<std::optional<Asked>> read(boost::json::object update);
  Task<std::optional<Asked>> read_message(boost::json::object message);
  Task<std::optional<Asked>> read_press(boost::json::object update);
  Task<std::optional<std::string>> name_of(std::int64_t person);
  Task<> arrived(std::int64_t temporary);

  Clock& clock_;
  TdlibSession& session_;
  ChatDirectory& chats_;
  SendBook& book_;
  Signal heard_more_;
  std::deque<boost::json::object> heard_;  ///< updates, the oldest first
  std::int64_t chat_ = 0;
  std::int64_t known_until_ = 0;  ///< all messages up to this one are dealt with, or in `heard_`
  std::uint64_t entered_in_ = 0;  ///< the session's run in which TDLib was told
};

}  // namespace rec
