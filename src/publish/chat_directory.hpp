// The chats of an account: made known to TDLib, named, listed, and whether one may post there.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "ports/publisher.hpp"
#include "publish/tdlib_session.hpp"
#include "runtime/clock.hpp"

namespace rec {

/// Lives on the decision thread, beside a session that is ready.
class ChatDirectory {
 public:
  ChatDirectory(TdlibSession& session, Clock& clock) : session_(session), clock_(clock) {}

  /// Makes TDLib take the chat's number, and returns the chat. not_found.
  Task<boost::json::object> get(std::int64_t chat);
  /// The same, without asking again.
  Task<> know(std::int64_t chat);
  /// A message; nothing: it is gone, and this is sure.
  Task<std::optional<boost::json::object>> message(std::int64_t chat, std::int64_t id);
  /// The supergroup or basic group behind a chat; an empty object for a chat with a person.
  Task<boost::json::object> group_of(const boost::json::object& chat);
  /// denied, not_found.
  Task<> check(std::int64_t chat);
  /// The number of what people wrote. not_found, invalid.
  Task<std::int64_t> resolve(std::string reference);
  /// Channels and groups; a bot's: those TDLib has told of.
  Task<std::vector<ChatInfo>> list();
  /// The number of a channel's discussion group, 0: none.
  Task<std::int64_t> discussion(std::int64_t chat);

  /// Of the clock, as Telegram tells dates.
  [[nodiscard]] std::int64_t seconds_now() const;

  void on_update(const boost::json::object& update);
  /// The next TDLib does not know what this one knew.
  void forget_run() { known_.clear(); }

 private:
  Task<> load_more();
  Task<ChatInfo> describe(std::int64_t chat);

  TdlibSession& session_;
  Clock& clock_;
  std::set<std::int64_t> known_, heard_of_;
};

}  // namespace rec
