// Finds the handler, lets the planned fault have its way, and turns refusals into rpc_error.
#include "sim/telegram/api.hpp"

#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

const HandlerTable& handlers() {
  static const HandlerTable kTable = [] {
    HandlerTable made;
    add_account_handlers(made);
    add_update_handlers(made);
    add_channel_handlers(made);
    add_dialog_handlers(made);
    add_file_handlers(made);
    add_message_handlers(made);
    return made;
  }();
  return kTable;
}

TlValue rpc_error(int code, const std::string& text) {
  return TlObject{"mt_rpc_error", {{"error_code", code}, {"error_message", text}}};
}

}  // namespace

Api::Api(std::shared_ptr<const TlSchema> schema, std::filesystem::path folder)
    : schema_(std::move(schema)), world_(std::move(folder)) {}

Outcome Api::call(std::uint64_t key, const TlObject& query) {
  const std::scoped_lock lock(mutex_);
  const auto fault = faults_.take(query.type);
  Outcome made;
  made.delay = faults_.delay_of(query.type);
  if (fault.kind == Fault::Kind::error) {
    made.answer = rpc_error(fault.code, fault.text);
    return made;
  }
  made.cut = fault.kind != Fault::Kind::none;
  if (fault.kind == Fault::Kind::cut) return made;

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
  Call call{world_, *schema_, query, key, account, made.for_others, made.for_all};
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

std::vector<std::string> Api::unanswered() {
  const std::scoped_lock lock(mutex_);
  return {unanswered_.begin(), unanswered_.end()};
}

}  // namespace rec::sim
