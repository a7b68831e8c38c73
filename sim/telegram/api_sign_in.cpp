// Signing in: bots by token; users by code, password and QR code.
#include <openssl/evp.h>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/dh_prime.hpp"
#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

constexpr int kTokenSeconds = 30;

TlObject authorization(Call& call, Account& account) {
  call.world.signed_in[call.key] = account.id;
  call.world.sign_ins.erase(call.key);
  return {"auth.authorization", {{"user", tl_user(account, account.id)}}};
}

SignIn& sign_in_of(Call& call) { return call.world.sign_ins[call.key]; }

tl::unexpected<RpcError> password_needed(Call& call, const Account& account) {
  sign_in_of(call).half_signed_in = account.id;
  return refuse("SESSION_PASSWORD_NEEDED", 401);
}

Reply import_bot(Call& call) {
  const auto& token = call.query.text("bot_auth_token");
  auto* account = call.world.account_by_secret(token);
  const auto colon = token.find(':');
  if (colon == 0 || colon == token.npos || token.find_first_not_of("0123456789") != colon)
    return refuse("ACCESS_TOKEN_INVALID");
  if (!account || !account->bot) return refuse("ACCESS_TOKEN_EXPIRED");
  return authorization(call, *account);
}

Account* user_of(Call& call) {
  auto* account = call.world.account_by_secret(call.query.text("phone_number"));
  return account && !account->bot ? account : nullptr;
}

Reply sent_code(Call& call, const Account& account) {
  SignIn& sign_in = sign_in_of(call);
  sign_in.code_hash = "simulated-" + std::to_string(++sign_in.codes_sent);
  const auto length = static_cast<int>(account.code.size());
  TlObject type{"auth.sentCodeTypeApp", {{"length", length}}};
  if (sign_in.codes_sent > 1) type = {"auth.sentCodeTypeSms", {{"length", length}}};
  if (account.code_by_email)
    type = {"auth.sentCodeTypeEmailCode", {{"email_pattern", "u***@example.org"}, {"length", length}}};
  return TlObject{"auth.sentCode",
                  {{"type", std::move(type)},
                   {"phone_code_hash", sign_in.code_hash},
                   {"next_type", TlObject{"auth.codeTypeSms"}}}};
}

Reply send_code(Call& call) {
  const auto* account = user_of(call);
  return account ? sent_code(call, *account) : refuse("PHONE_NUMBER_INVALID");
}

Reply sign_in(Call& call) {
  auto* account = user_of(call);
  if (!account) return refuse("PHONE_NUMBER_INVALID");
  if (call.query.text("phone_code_hash") != sign_in_of(call).code_hash) return refuse("PHONE_CODE_EXPIRED");
  const auto& email = call.query.object("email_verification");
  const auto& code = account->code_by_email ? email.text("code") : call.query.text("phone_code");
  if (code != account->code) return refuse(account->code_by_email ? "CODE_INVALID" : "PHONE_CODE_INVALID");
  if (!account->password.empty()) return password_needed(call, *account);
  return authorization(call, *account);
}

TlObject algorithm(const SrpQuestion& question) {
  return {"passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow",
          {{"salt1", question.salt1}, {"salt2", question.salt2}, {"g", kDhGenerator}, {"p", dh_prime()}}};
}

Reply get_password(Call& call) {
  SignIn& sign_in = sign_in_of(call);
  const auto* account = call.account ? call.account : call.world.account(sign_in.half_signed_in);
  if (!account) return refuse("AUTH_KEY_UNREGISTERED", 401);
  sign_in.srp = ask_for_password(account->password);
  TlObject made{"account.password", {{"new_algo", algorithm(*sign_in.srp)}}};
  made.set("new_secure_algo",
           TlObject{"securePasswordKdfAlgoPBKDF2HMACSHA512iter100000", {{"salt", random_bytes(40)}}});
  made.set("secure_random", random_bytes(256));
  if (account->password.empty()) return made;
  made.set("has_password", true).set("current_algo", algorithm(*sign_in.srp));
  made.set("srp_B", sign_in.srp->public_b).set("srp_id", sign_in.srp->id).set("hint", account->hint);
  return made;
}

Reply check_password(Call& call) {
  SignIn& sign_in = sign_in_of(call);
  auto* account = call.world.account(sign_in.half_signed_in);
  if (!account) return refuse("AUTH_KEY_UNREGISTERED", 401);
  const auto& proof = call.query.object("password");
  if (!sign_in.srp || proof.integer("srp_id") != sign_in.srp->id) return refuse("SRP_ID_INVALID");
  if (!proves_password(*sign_in.srp, proof.text("A"), proof.text("M1")))
    return refuse("PASSWORD_HASH_INVALID");
  return authorization(call, *account);
}

Reply export_login_token(Call& call) {
  SignIn& sign_in = sign_in_of(call);
  if (auto* account = call.world.account(sign_in.token_account)) {
    if (!account->password.empty()) return password_needed(call, *account);
    return TlObject{"auth.loginTokenSuccess", {{"authorization", authorization(call, *account)}}};
  }
  sign_in.token = random_bytes(32);
  return TlObject{"auth.loginToken", {{"expires", World::now() + kTokenSeconds}, {"token", sign_in.token}}};
}

// Each data centre has keys of its own: who is signed in at one carries this to the others.
Reply export_authorization(Call& call) {
  auto ticket = random_bytes(16);
  call.world.exported[ticket] = call.viewer();
  return TlObject{"auth.exportedAuthorization", {{"id", call.viewer()}, {"bytes", std::move(ticket)}}};
}

Reply import_authorization(Call& call) {
  const auto found = call.world.exported.find(call.query.text("bytes"));
  if (found == call.world.exported.end()) return refuse("AUTH_BYTES_INVALID");
  auto* account = call.world.account(found->second);
  call.world.exported.erase(found);
  if (!account) return refuse("USER_ID_INVALID");
  return authorization(call, *account);
}

Reply cancel_code(Call& call) {
  call.world.sign_ins.erase(call.key);
  return true;
}

Reply log_out(Call& call) {
  call.world.signed_in.erase(call.key);
  return TlObject{"auth.loggedOut"};
}

}  // namespace

std::string qr_link(const std::string& token) {
  std::string text((token.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(token.data()), static_cast<int>(token.size()));
  text.resize(static_cast<std::size_t>(length));
  while (text.ends_with('=')) text.pop_back();
  for (char& each : text) each = each == '+' ? '-' : each == '/' ? '_' : each;
  return "tg://login?token=" + text;
}

void add_sign_in_handlers(HandlerTable& table) {
  table["auth.importBotAuthorization"] = {import_bot, true};
  table["auth.sendCode"] = {send_code, true};
  table["auth.resendCode"] = {send_code, true};
  table["auth.cancelCode"] = {cancel_code, true};
  table["auth.signIn"] = {sign_in, true};
  table["account.getPassword"] = {get_password, true};
  table["auth.checkPassword"] = {check_password, true};
  table["auth.exportLoginToken"] = {export_login_token, true};
  table["auth.exportAuthorization"] = {export_authorization, false};
  table["auth.importAuthorization"] = {import_authorization, true};
  table["auth.logOut"] = {log_out, true};
}

}  // namespace rec::sim
