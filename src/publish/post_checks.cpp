// Rights as TDLib's chatMemberStatus tells them.
#include "publish/post_checks.hpp"

#include <algorithm>
#include <string>

#include "publish/tdlib_json.hpp"

namespace rec::tdlib {

Result<void> check_post(const PostRequest& post) {
  if (post.marker.empty()) return fail(Errc::invalid, "a post without a marker could not be found again");
  if (post.files.size() > 10) return fail(Errc::invalid, "an album holds ten files at most");
  if (!post.copy_of) return {};
  const auto& copied = post.copy_of->messages;
  if (copied.empty() || copied.size() > 10) return fail(Errc::invalid, "a copy is of one to ten messages");
  if (!std::is_sorted(copied.begin(), copied.end()))
    return fail(Errc::invalid, "messages are copied in the order that they have");
  if (post.reply_to != 0) return fail(Errc::invalid, "a copy cannot be a reply");
  return {};
}

Result<void> may_post(const json::object& chat, const json::object& supergroup) {
  const auto& status = child(supergroup, "status");
  const auto kind = type_of(status);
  const bool channel = flag(supergroup, "is_channel");
  bool allowed = kind == "chatMemberStatusCreator";
  if (kind == "chatMemberStatusAdministrator") {
    allowed = !channel || flag(child(status, "rights"), "can_post_messages");
  } else if (!channel && (kind == "chatMemberStatusMember" || kind == "chatMemberStatusRestricted")) {
    const auto& general = child(chat, "permissions");
    const auto& own = kind == "chatMemberStatusMember" ? general : child(status, "permissions");
    allowed = flag(general, "can_send_videos") && flag(own, "can_send_videos") &&
              flag(own, "can_send_basic_messages");
  }
  if (allowed) return {};
  return fail(Errc::denied,
              "chat " + std::to_string(number(chat, "id")) + " (" + std::string(text(chat, "title")) +
                  "): the account may not post there: make it an administrator that may post messages");
}

bool edit_is_done(const json::object& error) {
  const auto message = text(error, "message");
  for (const std::string_view done :
       {"MESSAGE_NOT_MODIFIED", "message is not modified", "MESSAGE_ID_INVALID", "essage not found"}) {
    if (message.find(done) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace rec::tdlib
