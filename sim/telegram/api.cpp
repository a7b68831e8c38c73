// Finds the handler, lets the planned fault have its way, and turns refusals into rpc_error.
#include "sim/telegram/api.hpp"

#include <cstdlib>

#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

constexpr std::chrono::milliseconds kLate{500};

const HandlerTable& handlers() {
  static const HandlerTable kTable = [] {
    HandlerTable made;
    add_account_handlers(made);
    add_sign_in_handlers(made);
    add_update_handlers(made);
    add_channel_handlers(made);
    add_dialog_handlers(made);
    add_file_handlers(made);
    add_message_handlers(made);
    return made;
  }();
  return kTable;
}

// The data centre of the account that somebody wants to sign in to; 0: it is no such call, or nobody's.
int home_of(World& world, const TlObject& query) {
  for (const auto* name : {"bot_auth_token", "phone_number"}) {
    const auto* account = query.has(name) ? world.account_by_secret(query.text(name)) : nullptr;
    if (account) return account->dc;
  }
  return 0;
}

TlValue rpc_error(int code, const std::string& text) {
  return TlObject{"mt_rpc_error", {{"error_code", code}, {"error_message", text}}};
}

}  // namespace

Api::Api(std::shared_ptr<const TlSchema> schema, std::filesystem::path folder)
    : schema_(std::move(schema)), world_(std::move(folder)) {}

Outcome Api::call(std::uint64_t key, int dc, const TlObject& query) {
  const std::scoped_lock lock(mutex_);
  if (query.type.starts_with("upload.save")) bytes_received_ += query.text("bytes").size();
  const auto fault = faults_.take(query.type);
  Outcome made;
  made.delay = fault.kind == Fault::Kind::late ? kLate : faults_.delay_of(query.type);
  if (fault.kind == Fault::Kind::error) {
    made.answer = rpc_error(fault.code, fault.text);
    return made;
  }
  made.cut = fault.kind == Fault::Kind::cut || fault.kind == Fault::Kind::lose_reply;
  made.silent = fault.kind == Fault::Kind::ignore || fault.kind == Fault::Kind::mute;
  if (fault.kind == Fault::Kind::cut || fault.kind == Fault::Kind::ignore) return made;
  if (fault.kind == Fault::Kind::forget_part) world_.files.forget_part(fault.code);

  const auto found = handlers().find(query.type);
  if (found == handlers().end()) {
    unanswered_.emplace(query.type);
    made.answer = rpc_error(400, "METHOD_INVALID");
    return made;
  }
  const auto signed_in = world_.signed_in.find(key);
  auto* account = signed_in == world_.signed_in.end() ? nullptr : world_.account(signed_in->second);
  if (!account && !found->second.before_login) {
    made.answer = rpc_error(401, "AUTH_KEY_UNREGISTERED");
    return made;
  }
  const int here = dc == 0 ? kFirstDc : std::abs(dc);
  if (const int home = home_of(world_, query); home != 0 && home != here) {
    const auto* word = query.is("auth.importBotAuthorization") ? "USER_MIGRATE_" : "PHONE_MIGRATE_";
    made.answer = rpc_error(303, word + std::to_string(home));
    return made;
  }
  Call call{world_, *schema_, query, key, here, account, made.for_others, made.for_all};
  auto reply = found->second.run(call);
  made.answer = reply ? std::move(*reply) : rpc_error(reply.error().code, reply.error().text);
  return made;
}

TlValue Api::push(std::uint64_t key, const std::vector<ChannelEvent>& events) {
  const std::scoped_lock lock(mutex_);
  const auto signed_in = world_.signed_in.find(key);
  if (signed_in == world_.signed_in.end() || events.empty()) return {};
  TlList updates;
  for (const auto& event : events) updates.emplace_back(tl_update(event, world_, signed_in->second));
  return tl_updates(std::move(updates), world_, signed_in->second);
}

std::uint64_t Api::bytes_received() {
  const std::scoped_lock lock(mutex_);
  return bytes_received_;
}

std::vector<std::string> Api::unanswered() {
  const std::scoped_lock lock(mutex_);
  return {unanswered_.begin(), unanswered_.end()};
}

}  // namespace rec::sim
