// Finds messages on Telegram: a post by its marker, which is the answer to "did it get there?" when nobody
// here knows; a channel's post in the discussion group.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "publish/tdlib_session.hpp"

namespace rec {

struct SearchRequest {
  std::int64_t chat = 0;
  std::string marker{};
  std::vector<std::uint64_t> sizes{};  ///< of the files, in order; 0: not known
  std::int64_t after_message = 0;      ///< 0 = not known: the newest thousand messages are looked through
};

/// The ids of the message and, for an album, of all its items, in order; empty: it is not on the server. The
/// chat must be known to TDLib (getChat). In channels and supergroups, and for bots everywhere, it asks the
/// server for the ids one after the other, as they follow each other, and goes on five hundred past the last
/// one that exists. A user's other chats are searched, and their history is read.
Task<std::vector<std::int64_t>> find_on_server(TdlibSession& session, SearchRequest search);

/// The channel's post {chat, message} that this message of a group is Telegram's own forward of.
std::optional<std::pair<std::int64_t, std::int64_t>> automatic_forward_of(const boost::json::object& message);

struct ForwardSearch {
  std::int64_t group = 0;    ///< known to TDLib
  std::int64_t channel = 0;  ///< chat id
  std::int64_t post = 0;
  std::int64_t date = 0;  ///< of the post, UTC seconds
};

/// The id in the group of Telegram's own forward of a channel's post; 0: it is not there.
Task<std::int64_t> find_forward(TdlibSession& session, ForwardSearch search);

}  // namespace rec
