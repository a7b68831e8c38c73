#include "web/accounts.hpp"

#include <argon2.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <boost/json.hpp>

#include "base/fd.hpp"
#include "base/folders.hpp"
#include "base/ids.hpp"
#include "base/iso_time.hpp"

namespace rec::web {
namespace {

namespace json = boost::json;

// What OWASP recommends of argon2id: 19 MiB, two passes, one lane.
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kKibibytes = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kEncodedBytes = 160;
constexpr std::size_t kShortestPassword = 10;
constexpr std::size_t kMostFile = 1U << 20U;
constexpr std::size_t kTokenCharacters = 32;  // five bits each

std::string text_at(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<std::string> whole_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return std::string();
  if (!fd) return fail(errno_error(errno, "cannot open " + path));
  std::string text;
  std::array<char, 8192> piece{};
  for (;;) {
    const auto got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0) return fail(errno_error(errno, "cannot read " + path));
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostFile) return fail(Errc::corrupt, path + " is too long");
  }
}

Result<Token> token_in(const json::value& value, const std::string& path) {
  Token token;
  const auto* object = value.if_object();
  if (object != nullptr) {
    token.name = text_at(*object, "name");
    token.hash = text_at(*object, "sha256");
  }
  const auto scope = object == nullptr ? std::nullopt : scope_of(text_at(*object, "scope"));
  const auto made = object == nullptr ? std::nullopt : parse_iso8601(text_at(*object, "made_at"));
  if (token.name.empty() || token.hash.size() != 64 || !scope || !made)
    return fail(Errc::corrupt,
                path + " holds a token that is none; remove the file and set the password anew");
  token.scope = *scope;
  token.made_at = *made;
  return token;
}

}  // namespace

std::string_view word(Scope scope) {
  return scope == Scope::control ? "control" : scope == Scope::read ? "read" : "none";
}

std::optional<Scope> scope_of(std::string_view text) {
  if (text == "read") return Scope::read;
  if (text == "control") return Scope::control;
  return std::nullopt;
}

std::string accounts_path(const std::string& data_folder) { return data_folder + "/web.json"; }

Result<Accounts> read_accounts(const std::string& path) {
  REC_TRY(const std::string text, whole_file(path));
  Accounts accounts;
  if (text.empty()) return accounts;
  boost::system::error_code error;
  const json::value read = json::parse(text, error);
  if (error || !read.is_object())
    return fail(Errc::corrupt, path + " is no JSON object; remove it and set the password anew");
  accounts.password = text_at(read.get_object(), "password");
  if (const auto* tokens = read.get_object().if_contains("tokens"); tokens != nullptr && tokens->is_array()) {
    for (const json::value& value : tokens->get_array()) {
      REC_TRY(Token token, token_in(value, path));
      accounts.tokens.push_back(std::move(token));
    }
  }
  return accounts;
}

Result<void> write_accounts(const std::string& path, const Accounts& accounts) {
  json::array tokens;
  for (const Token& token : accounts.tokens) {
    json::object one;
    one["name"] = token.name;
    one["scope"] = word(token.scope);
    one["sha256"] = token.hash;
    one["made_at"] = iso8601(token.made_at);
    tokens.push_back(std::move(one));
  }
  json::object all;
  all["password"] = accounts.password;
  all["tokens"] = std::move(tokens);
  const std::string text = json::serialize(all) + "\n";
  const std::string folder = std::filesystem::path(path).parent_path().string();
  REC_CHECK(make_folders(folder));
  const std::string fresh = path + ".new";
  Fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return fail(errno_error(errno, "cannot write " + fresh));
  const bool written = ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fchmod(fd.get(), 0600) == 0 && ::fsync(fd.get()) == 0;
  if (!written) return fail(errno_error(errno, "cannot write " + fresh));
  if (std::rename(fresh.c_str(), path.c_str()) != 0)
    return fail(errno_error(errno, "cannot replace " + path));
  return sync_folder(folder);
}

Result<std::string> hash_password(const Secret& password) {
  if (password.reveal().size() < kShortestPassword)
    return fail(Errc::invalid,
                "a password has at least " + std::to_string(kShortestPassword) + " characters");
  std::array<unsigned char, kSaltBytes> salt{};
  if (::getrandom(salt.data(), salt.size(), 0) != static_cast<ssize_t>(salt.size()))
    return fail(errno_error(errno, "no random bytes"));
  std::array<char, kEncodedBytes> encoded{};
  const std::string& text = password.reveal();
  const int error = argon2id_hash_encoded(kPasses, kKibibytes, kLanes, text.data(), text.size(), salt.data(),
                                          salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (error != ARGON2_OK)
    return fail(Errc::unavailable, std::string("argon2: ") + argon2_error_message(error));
  return std::string(encoded.data());
}

bool password_fits(const std::string& encoded, const Secret& password) {
  const std::string& text = password.reveal();
  return !encoded.empty() && argon2id_verify(encoded.c_str(), text.data(), text.size()) == ARGON2_OK;
}

std::string fresh_token() { return "rec_" + random_token(kTokenCharacters); }

std::string token_hash(std::string_view token) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(token.data(), token.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return {};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += {kDigits[digest.at(i) >> 4U], kDigits[digest.at(i) & 15U]};
  return text;
}

Scope scope_of_token(const Accounts& accounts, std::string_view token) {
  const std::string hash = token_hash(token);
  Scope found = Scope::none;
  for (const Token& known : accounts.tokens) {
    if (!hash.empty() && known.hash.size() == hash.size() &&
        CRYPTO_memcmp(known.hash.data(), hash.data(), hash.size()) == 0)
      found = known.scope;
  }
  return found;
}

}  // namespace rec::web
