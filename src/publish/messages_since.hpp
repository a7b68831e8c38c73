// What was said in a group lately, read from the server: TDLib tells only of what it hears of.
#pragma once
#include <cstdint>

#include <boost/json/array.hpp>

#include "publish/tdlib_session.hpp"

namespace rec {

/// The messages that are newer than `since` (0: the newest hundred), in order; of more than three hundred the
/// newest. Of a supergroup or channel, which TDLib knows (getChat); in any other chat nothing: there all is
/// told. A message that was deleted is not there.
Task<boost::json::array> messages_since(TdlibSession& session, std::int64_t chat, std::int64_t since);

}  // namespace rec
