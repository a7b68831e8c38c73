// What people write for a chat: a number, @name, a link. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"

namespace rec::tdlib {

/// A number as Telegram's clients know it (-100… for channels and supergroups), or a public name without @.
using ChatReference = std::variant<std::int64_t, std::string>;

/// Takes -100…, @name, name, t.me/name and t.me/c/number links (telegram.me and telegram.dog too, with or
/// without https://, also to a message), name.t.me and tg://resolve. invalid: an invite link, which names no
/// chat to a program, or something else; the text says what to write instead.
Result<ChatReference> parse_chat_reference(std::string_view written);

}  // namespace rec::tdlib
