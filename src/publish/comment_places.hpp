// Where a channel's posts are in its discussion group: Telegram forwards each there by itself.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>

#include "publish/chat_directory.hpp"

namespace rec {

/// Lives on the decision thread, beside a session that is ready.
class CommentPlaces {
 public:
  CommentPlaces(TdlibSession& session, ChatDirectory& chats) : session_(session), chats_(chats) {}

  /// Users ask for the post's thread. Bots may not: theirs comes with an update, and when that was missed the
  /// group is looked through around the time of the post. Nothing: no group, not there yet, or not a member.
  Task<std::optional<CommentPlace>> find(std::int64_t chat, std::int64_t message);
  void on_update(const boost::json::object& update);

 private:
  using Post = std::pair<std::int64_t, std::int64_t>;  ///< chat and id of a channel's message
  Task<std::optional<CommentPlace>> of_thread(std::int64_t chat, std::int64_t message);
  Task<std::optional<CommentPlace>> of_group(std::int64_t group, std::int64_t chat, std::int64_t message,
                                              std::int64_t date);

  TdlibSession& session_;
  ChatDirectory& chats_;
  std::map<Post, CommentPlace> seen_;
};

}  // namespace rec
