// A Telegram chat as a messenger: each notice is a message that a marker tells from all others, so that it is
// there once, whatever is killed on the way.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "ports/messenger.hpp"
#include "ports/publisher.hpp"

namespace rec::notify {

/// `chat`: its number, or the text of an @name or link, which is looked up once.
std::unique_ptr<Messenger> make_telegram(Publisher& publisher, std::variant<std::int64_t, std::string> chat,
                                         std::vector<std::string> events);

}  // namespace rec::notify
