// Finds a post on Telegram by its marker: the answer to "did it get there?" when nobody here knows.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "publish/tdlib_session.hpp"

namespace rec {

struct SearchRequest {
  std::int64_t chat = 0;
  std::string marker{};
  std::vector<std::uint64_t> sizes{};  ///< of the files, in order
  std::int64_t after_message = 0;      ///< 0 = not known: the newest thousand messages are looked through
};

/// The ids of the message and, for an album, of all its items, in order; empty: it is not on the server. The
/// chat must be known to TDLib (getChat). In channels and supergroups, and for bots everywhere, it asks the
/// server for the ids one after the other, as they follow each other, and goes on two hundred past the last
/// one that exists. A user's other chats are searched, and their history is read.
Task<std::vector<std::int64_t>> find_on_server(TdlibSession& session, SearchRequest search);

}  // namespace rec
