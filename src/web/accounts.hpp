// Who may come in: the password, the tokens of scripts, and the file that keeps them, `web.json` in the data
// folder, mode 0600. Of tokens only hashes are kept, of the password only what argon2id makes of it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace rec::web {

/// none < read < control: who may control may read.
enum class Scope { none, read, control };
std::string_view word(Scope scope);
/// "read" or "control".
std::optional<Scope> scope_of(std::string_view text);

struct Token {
  std::string name{};
  Scope scope = Scope::read;
  std::string hash{};  ///< hexadecimal SHA-256 of it
  Instant made_at{};
};

struct Accounts {
  std::string password{};  ///< as argon2id encodes it, "" = there is none
  std::vector<Token> tokens{};
};

std::string accounts_path(const std::string& data_folder);
/// Blocking. A file that is not there holds nothing. corrupt: it cannot be read, and nobody may come in by
/// it.
Result<Accounts> read_accounts(const std::string& path);
/// Blocking; durable, and the file is whole at any time.
Result<void> write_accounts(const std::string& path, const Accounts& accounts);

/// Blocking, and slow on purpose: 19 MiB and a few hundredths of a second. invalid: shorter than ten
/// characters.
Result<std::string> hash_password(const Secret& password);
/// Blocking, as slow.
bool password_fits(const std::string& encoded, const Secret& password);

/// A fresh token of 160 bits, "rec_…".
std::string fresh_token();
std::string token_hash(std::string_view token);
/// What the token may do; compares in a time that does not tell how much of it was right.
Scope scope_of_token(const Accounts& accounts, std::string_view token);

}  // namespace rec::web
