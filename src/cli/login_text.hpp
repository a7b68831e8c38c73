// What `login` says. Pure.
#pragma once
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "ports/publisher.hpp"

namespace rec::cli {

/// "1 h 6 min 40 s"
std::string long_wait(std::chrono::seconds wait);
/// What went wrong, and for a flood wait how long it is.
std::string login_trouble(const Error& error);
/// The chats with the numbers for config.yaml, those that it may post to first.
std::string chats_table(const Account& account, const std::vector<ChatInfo>& chats);
/// `{"account", "bot", "premium", "chats": [{"id", "title", "username", "kind", "can_post", "discussion"}]}`
boost::json::object login_json(const Account& account, const std::vector<ChatInfo>& chats);

}  // namespace rec::cli
