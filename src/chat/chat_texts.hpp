// What the group is answered, made of chat_words: a status, a role, help, what an action has done. Pure.
#pragma once
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "chat/chat_words.hpp"
#include "chat/people.hpp"

namespace rec::chat {

/// "🔴 recording"; the word itself for one that is none of the ten.
std::string status_word(std::string_view status, Language language);
/// "posted", as `state` of a part has it.
std::string part_word(std::string_view state, Language language);
std::string_view status_icon(std::string_view status);
std::string role_word(Role role, Language language);

/// "Error: …", in the language of the group.
std::string error_text(std::string_view error, Language language);

/// The answer to help; `topic` is "" or a group of commands, others count as "".
std::string help_text(std::string_view topic, std::string_view prefix, Language language);

/// What an action has done, for people.
std::string session_outcome(std::string_view action, bool changed, Language language);

}  // namespace rec::chat
