// `streamrecorder web password|token`: who may come in by the dashboard's door. Changes the file that the
// daemon looks at again by itself, so it works beside one and without.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include <boost/json.hpp>

#include "app/settings_of.hpp"
#include "base/ids.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/owner.hpp"
#include "runtime/system_clock.hpp"
#include "web/accounts.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kPasswordCharacters = 20;  // a hundred bits

int usage(const std::string& text) { return report({Errc::invalid, text, {}}, kUsage); }

int keep(const std::string& path, const web::Accounts& accounts) {
  const auto kept = web::write_accounts(path, accounts);
  return kept ? kDone : report(kept.error());
}

int set_password(const WebOptions& options, const std::string& path, web::Accounts accounts) {
  std::string password;
  if (options.remove) {
    accounts.password.clear();
  } else {
    if (options.from_stdin) {
      std::getline(std::cin, password);
    } else {
      password = random_token(kPasswordCharacters);
    }
    auto hashed = web::hash_password(Secret(password));
    if (!hashed) return report(hashed.error(), hashed.error().code == Errc::invalid ? kUsage : kFailed);
    accounts.password = *std::move(hashed);
  }
  const int code = keep(path, accounts);
  if (code != kDone) return code;
  if (!options.remove && !options.from_stdin) fmt::print("{}\n", password);
  fmt::print(stderr, "{}; who was signed in has to sign in again\n",
             options.remove ? "there is no password any more" : "that is the password of the dashboard now");
  return kDone;
}

int add_token(const WebOptions& options, const std::string& path, web::Accounts accounts) {
  const auto same = [&](const web::Token& token) { return token.name == options.name; };
  if (std::ranges::any_of(accounts.tokens, same))
    return usage("there is a token called " + options.name + " already");
  const std::string token = web::fresh_token();
  const auto scope = web::scope_of(options.scope).value_or(web::Scope::read);
  accounts.tokens.push_back({options.name, scope, web::token_hash(token), SystemClock().now()});
  const int code = keep(path, accounts);
  if (code != kDone) return code;
  fmt::print("{}\n", token);
  fmt::print(stderr, "the token {}, which may {}; it is shown this once\n", options.name, options.scope);
  return kDone;
}

int remove_token(const WebOptions& options, const std::string& path, web::Accounts accounts) {
  const auto gone =
      std::erase_if(accounts.tokens, [&](const web::Token& token) { return token.name == options.name; });
  if (gone == 0) return report({Errc::not_found, "there is no token called " + options.name, {}}, kFailed);
  return keep(path, accounts);
}

int list_tokens(const WebOptions& options, const web::Accounts& accounts) {
  json::array tokens;
  for (const web::Token& token : accounts.tokens) {
    json::object one;
    one["name"] = token.name;
    one["scope"] = web::word(token.scope);
    one["made_at"] = iso8601(token.made_at);
    tokens.push_back(std::move(one));
    if (!options.common.json)
      fmt::print("{}  {}  {}\n", token.name, web::word(token.scope), iso8601(token.made_at));
  }
  if (tokens.empty() && !options.common.json)
    fmt::print(stderr, "no tokens; streamrecorder web token add NAME\n");
  if (!options.common.json) return kDone;
  json::object out;
  out["tokens"] = std::move(tokens);
  fmt::print("{}\n", json::serialize(out));
  return kDone;
}

}  // namespace

int web_command(const WebOptions& options) {
  const auto loaded = config_or_defaults(options.common.config);
  if (!loaded) return report(loaded.error(), kConfiguration);
  if (const auto owner = act_as_owner(data_folder(loaded->config)); !owner) return report(owner.error());
  const std::string path = web::accounts_path(data_folder(loaded->config));
  auto accounts = web::read_accounts(path);
  if (!accounts) return report(accounts.error(), kFailed);
  if (options.action == "password") return set_password(options, path, *std::move(accounts));
  if (options.action == "add") return add_token(options, path, *std::move(accounts));
  if (options.action == "remove") return remove_token(options, path, *std::move(accounts));
  return list_tokens(options, *accounts);
}

}  // namespace rec::cli
