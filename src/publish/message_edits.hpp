// Changing and removing messages that are on Telegram.
#pragma once
#include <cstdint>
#include <vector>

#include "ports/publisher.hpp"
#include "publish/chat_directory.hpp"

namespace rec {

/// Lives on the decision thread, beside a session that is ready. What is gone, or is like that already,
/// counts as done.
class MessageEdits {
 public:
  MessageEdits(TdlibSession& session, ChatDirectory& chats) : session_(session), chats_(chats) {}

  /// A tag that the text ends with is its marker: it stays when the text must be cut.
  Task<> text(std::int64_t chat, std::int64_t message, RichText text);
  Task<> caption(std::int64_t chat, std::int64_t message, RichText text);
  Task<> remove(std::int64_t chat, std::vector<std::int64_t> messages);
  /// TDLib changes only what it has seen: true when it has now, false: gone.
  Task<bool> exists(std::int64_t chat, std::int64_t message);

 private:
  Task<> edit(std::int64_t chat, std::int64_t message, boost::json::object request);

  TdlibSession& session_;
  ChatDirectory& chats_;
};

}  // namespace rec
