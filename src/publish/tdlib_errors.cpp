// Telegram's errors are words in a text; this is the table of those that matter.
#include "publish/tdlib_errors.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "publish/tdlib_json.hpp"

namespace rec::tdlib {
namespace {

struct KnownError {
  std::string_view part;  ///< of the message
  Errc code;
  std::string_view cure;
};

constexpr std::string_view kRights =
    "make the account an administrator of the chat that may post messages (telegram.channel_id)";
constexpr std::string_view kChat = "check telegram.channel_id, and that the account is a member there";

constexpr std::string_view kProtected =
    "what is posted there may not be forwarded: allow it in the settings of that chat (Restrict saving "
    "content)";

constexpr std::string_view kOthers =
    "it is another account's: make this one an administrator that may edit and delete messages of others";

constexpr KnownError kKnown[] = {
    {"FILE_PARTS_INVALID", Errc::invalid,
     "the file is too big for this account: 2000 MiB, with Premium 4000 MiB"},
    {"oo big", Errc::invalid, "the file is too big for this account: 2000 MiB, with Premium 4000 MiB"},
    {"CAPTION_TOO_LONG", Errc::invalid, kCaptionTooLong},
    {"caption is too long", Errc::invalid, kCaptionTooLong},
    {"MESSAGE_TOO_LONG", Errc::invalid, "the text is too long"},
    {"essage is too long", Errc::invalid, "the text is too long"},
    {"ACCESS_TOKEN_", Errc::denied, "take the token from @BotFather into telegram.bot_token"},
    {"API_ID_", Errc::denied, "take telegram.api_id and telegram.api_hash from https://my.telegram.org"},
    {"alid api_id", Errc::denied, "take telegram.api_id and telegram.api_hash from https://my.telegram.org"},
    {"CHAT_WRITE_FORBIDDEN", Errc::denied, kRights},
    {"CHAT_ADMIN_REQUIRED", Errc::denied, kRights},
    {"CHAT_SEND_", Errc::denied, kRights},
    {"USER_BANNED_IN_CHANNEL", Errc::denied, kRights},
    {"CHANNEL_PRIVATE", Errc::denied, kChat},
    {"USER_DEACTIVATED", Errc::denied, "Telegram has closed this account: sign in with another one"},
    {"SESSION_REVOKED", Errc::denied, "the session was ended from another device: run streamrecorder login"},
    {"CHAT_FORWARDS_RESTRICTED", Errc::denied, kProtected},
    {"protected content", Errc::denied, kProtected},
    {"USERNAME_NOT_OCCUPIED", Errc::not_found, "no public chat has this name: check its spelling"},
    {"USERNAME_INVALID", Errc::not_found, "no public chat has this name: check its spelling"},
    {"no write access", Errc::denied, kRights},
    {"ot enough rights", Errc::denied, kRights},
    {"administrator rights", Errc::denied, kRights},
    {"essage can't be edited", Errc::denied, kOthers},
    {"MESSAGE_AUTHOR_REQUIRED", Errc::denied, kOthers},
    {"MESSAGE_EDIT_TIME_EXPIRED", Errc::denied, kOthers},
    {"essage can't be deleted", Errc::denied, kOthers},
    {"MESSAGE_DELETE_FORBIDDEN", Errc::denied, kOthers},
    {"no caption in the message", Errc::invalid, "it is a text, where a file was posted"},
    {"hat not found", Errc::not_found, kChat},
    {"CHANNEL_INVALID", Errc::not_found, kChat},
    {"PEER_ID_INVALID", Errc::not_found, kChat},
    {"CHAT_ID_INVALID", Errc::not_found, kChat},
    {"PHONE_NUMBER_INVALID", Errc::invalid, "write it with its country's code, like +49 151 23456789"},
    {"PHONE_NUMBER_BANNED", Errc::denied, "Telegram has banned this number: recover@telegram.org"},
    {"PHONE_CODE_INVALID", Errc::invalid, "the code is wrong"},
    {"PHONE_CODE_EMPTY", Errc::invalid, "the code is wrong"},
    {"PHONE_CODE_EXPIRED", Errc::invalid, "the code is too old"},
    {"PASSWORD_HASH_INVALID", Errc::invalid, "the password is wrong"},
    {"CODE_INVALID", Errc::invalid, "the code is wrong"},
    {"database encryption key", Errc::denied,
     "telegram.key in the data folder is not the one that this Telegram database was encrypted with: bring "
     "it "
     "back, or remove the folder `telegram` there and run streamrecorder login"},
    {"an't lock file", Errc::conflict, "another program uses this Telegram session: end it"},
};

// Nobody is told to wait longer; what could be told would overflow a duration.
constexpr std::int64_t kMostSeconds = 7 * 24 * 3600;

std::optional<std::int64_t> number_after(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(at + words.size());
  std::int64_t seconds = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (parsed.ec != std::errc()) return std::nullopt;
  return seconds;
}

std::optional<std::int64_t> flood_seconds(std::int64_t code, std::string_view message) {
  for (const std::string_view words :
       {"retry after ", "FLOOD_WAIT_", "FLOOD_PREMIUM_WAIT_", "SLOWMODE_WAIT_", "FLOOD_TEST_PHONE_WAIT_"}) {
    if (const auto seconds = number_after(message, words))
      return std::clamp<std::int64_t>(*seconds, 1, kMostSeconds);
  }
  if (code == 429 || code == 420) return 30;                              // told to wait, but not how long
  if (message.find("PEER_FLOOD") != std::string_view::npos) return 3600;  // spam protection: hours
  return std::nullopt;
}

}  // namespace

Error error_of(std::int64_t code, std::string_view message, std::string_view doing) {
  std::string text(doing);
  text.append(": Telegram says ").append(std::to_string(code)).append(" ").append(message);
  if (const auto seconds = flood_seconds(code, message)) {
    return Error{Errc::rate_limited, std::move(text), std::chrono::seconds(*seconds)};
  }
  for (const KnownError& known : kKnown) {
    if (message.find(known.part) == std::string_view::npos) continue;
    text.append(": ").append(known.cure);
    return Error{known.code, std::move(text), {}};
  }
  const Errc kind = code == 403 ? Errc::denied : code == 404 ? Errc::not_found : Errc::unavailable;
  return Error{kind, std::move(text), {}};
}

Error error_of(const boost::json::object& error, std::string_view doing) {
  return error_of(number(error, "code"), text(error, "message"), doing);
}

}  // namespace rec::tdlib
