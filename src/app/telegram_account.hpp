// What `login` keeps beside the store so that nothing of it need stand in config.yaml: the account, and the
// key of TDLib's database. Blocking.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "app/config.hpp"

namespace rec {

struct TelegramAccount {
  std::int64_t api_id = 0;
  Secret api_hash{};
  Secret bot_token{};  ///< empty: a user, whose session is in TDLib's database
};

/// `telegram.account` in the data folder: a JSON object, mode 0600.
std::string telegram_account_path(const Config& config);
/// Nothing: nobody has signed in. corrupt: the file is no account; the text names it and the cure.
Result<std::optional<TelegramAccount>> read_telegram_account(const Config& config);
Result<void> keep_telegram_account(const Config& config, const TelegramAccount& account);
Result<void> forget_telegram_account(const Config& config);

/// Completes api_id, api_hash and bot_token of the configuration, which goes before the file. Errors: those
/// of read_telegram_account.
Result<void> take_telegram_account(Config& config);

/// Of `telegram.key` in the data folder (base64, mode 0600), which is made if it is missing.
Result<Secret> telegram_database_key(const Config& config);

}  // namespace rec
