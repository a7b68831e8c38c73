// What can be told without sending: whether a post is well made, whether we may post there, whether an edit
// is done.
#pragma once
#include <boost/json/object.hpp>

#include "ports/publisher.hpp"

namespace rec::tdlib {

/// invalid: no marker, more than ten files, a copy of nothing, or a copy as a reply.
Result<void> check_post(const PostRequest& post);
/// `chat` and `supergroup` as TDLib gives them. denied names the chat and the cure.
Result<void> may_post(const boost::json::object& chat, const boost::json::object& supergroup);
/// An error of editMessageText that means there is nothing left to do: not modified, or gone.
bool edit_is_done(const boost::json::object& error);

}  // namespace rec::tdlib
