// How a Twitch channel is named in a request: by its number where that is known, else by its login.
#pragma once
#include <compare>
#include <string>
#include <string_view>

namespace rec {

struct TwitchKey {
  bool is_id = false;
  std::string value{};  ///< digits, or a login in lower case
  auto operator<=>(const TwitchKey&) const = default;
};

/// True for what can be a Twitch login: letters, digits and underscores, at most 25.
bool valid_login(std::string_view login);
/// True for what can be a Twitch user's number: digits, at most 20.
bool valid_user_id(std::string_view id);
/// In lower case.
std::string lower_login(std::string_view name);
/// `said` in the spelling of `given` where only the case differs: nobody was renamed then.
std::string spelled_as(const std::string& given, const std::string& said);
/// At most 1 KiB of it, cut between characters: a title ten times as long as a title can be.
std::string clipped(std::string_view text);

}  // namespace rec
