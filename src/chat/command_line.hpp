// What somebody wrote in the group, as words. Pure.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace rec::chat {

struct CommandLine {
  std::vector<std::string> words{};               ///< the first one without its prefix
  std::map<std::string, std::string> settings{};  ///< of key=value
  bool confirmed = false;                         ///< --confirm, or confirm=yes
};

/// Words between blanks; "…" and '…' hold blanks, a backslash the next character. Nothing: it does not begin
/// with the prefix, or names another bot than `bot` ("/status@other"; `bot` with its @, "" = no bot).
/// invalid: a quotation mark is not closed.
Result<std::optional<CommandLine>> read_command(std::string_view text, std::string_view prefix,
                                                std::string_view bot);

/// The same for what stands behind the prefix.
Result<CommandLine> read_words(std::string_view text);

/// What was written, for logs: a proxy's address may hold a password, and stands there as ***.
std::string without_secrets(std::string_view text);

}  // namespace rec::chat
