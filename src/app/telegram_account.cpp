#include "app/telegram_account.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include <boost/json.hpp>

#include "app/settings_of.hpp"
#include "base/base64.hpp"
#include "base/private_file.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeyBytes = 32;

std::string path_in_data_folder(const Config& config, const char* name) {
  return (std::filesystem::path(data_folder(config)) / name).string();
}

Result<TelegramAccount> parse_account(const std::string& text) {
  try {
    const json::value value = json::parse(text);
    const json::object& object = value.as_object();
    TelegramAccount account;
    account.api_id = object.at("api_id").to_number<std::int64_t>();
    account.api_hash = Secret(std::string(object.at("api_hash").as_string()));
    if (const auto* token = object.if_contains("bot_token"))
      account.bot_token = Secret(std::string(token->as_string()));
    return account;
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, problem.what());
  }
}

}  // namespace

std::string telegram_account_path(const Config& config) {
  return path_in_data_folder(config, "telegram.account");
}

Result<std::optional<TelegramAccount>> read_telegram_account(const Config& config) {
  const std::string path = telegram_account_path(config);
  REC_TRY(const auto text, read_private_file(path));
  if (!text) return std::optional<TelegramAccount>();
  auto account = parse_account(*text);
  if (account) return std::optional(*std::move(account));
  return fail(Errc::corrupt, path + ": no account of Telegram (" + account.error().text +
                                 "); remove it and run `streamrecorder login`");
}

Result<void> keep_telegram_account(const Config& config, const TelegramAccount& account) {
  json::object object;
  object["api_id"] = account.api_id;
  object["api_hash"] = account.api_hash.reveal();
  if (!account.bot_token.empty()) object["bot_token"] = account.bot_token.reveal();
  return write_private_file(telegram_account_path(config), json::serialize(object) + "\n");
}

Result<void> forget_telegram_account(const Config& config) {
  for (const char* name : {"telegram.account", "telegram.signed_in"}) {
    const std::string path = path_in_data_folder(config, name);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return fail(errno_error(errno, "cannot remove " + path));
  }
  return {};
}

Result<void> take_telegram_account(Config& config) {
  REC_TRY(const auto account, read_telegram_account(config));
  if (!account) return {};
  TelegramConfig& telegram = config.telegram;
  if (telegram.api_id == 0) telegram.api_id = account->api_id;
  if (telegram.api_hash.empty() && telegram.api_id == account->api_id) telegram.api_hash = account->api_hash;
  if (telegram.bot_token.empty()) telegram.bot_token = account->bot_token;
  return {};
}

Result<Secret> telegram_database_key(const Config& config) {
  const std::string path = path_in_data_folder(config, "telegram.key");
  REC_TRY(const auto kept, read_private_file(path));
  if (kept) return Secret(kept->substr(0, kept->find('\n')));
  std::array<unsigned char, kKeyBytes> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return fail(errno_error(errno, "cannot draw a key"));
  const std::string key = base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REC_CHECK(write_private_file(path, key + "\n"));
  return Secret(key);
}

}  // namespace rec
