// The messages: containers, service messages, calls and their results.
#include <chrono>
#include <cstring>

#include <boost/asio/steady_timer.hpp>

#include "base/log.hpp"
#include "sim/telegram/connection.hpp"
#include "sim/telegram/mtproto_server.hpp"
#include "sim/telegram/sim_clock.hpp"
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr std::uint32_t kMessageContainer = 0x73f1f8dc;
constexpr std::uint32_t kRpcResult = 0xf35c6d01;
constexpr std::int64_t kServerSalt = 1;

std::uint32_t constructor_at(std::string_view body) {
  std::uint32_t id = 0;
  if (body.size() >= 4) std::memcpy(&id, body.data(), 4);
  return id;
}

TlObject future_salts(std::int64_t id) {
  const auto now = std::chrono::system_clock::to_time_t(server_now());
  TlObject salt{"mt_future_salt",
                {{"valid_since", now - 60}, {"valid_until", now + 86'400}, {"salt", kServerSalt}}};
  return {"mt_future_salts", {{"req_msg_id", id}, {"now", now}, {"salts", TlList{std::move(salt)}}}};
}

}  // namespace

Result<std::vector<Connection::Inner>> Connection::unpack(std::int64_t id, std::string_view body) {
  std::vector<Inner> made;
  if (constructor_at(body) != kMessageContainer) {
    made.push_back({id, body, 0});
    return made;
  }
  constexpr std::size_t kHead = 16;  // message id, sequence number, length
  auto rest = body.substr(std::min<std::size_t>(8, body.size()));
  while (rest.size() >= kHead) {
    Inner inner;
    std::uint32_t length = 0;
    std::memcpy(&inner.id, rest.data(), 8);
    std::memcpy(&inner.sequence, rest.data() + 8, 4);
    std::memcpy(&length, rest.data() + 12, 4);
    if (length > rest.size() - kHead)
      return fail(Errc::corrupt, "a container's message is longer than the container");
    inner.body = rest.substr(kHead, length);
    made.push_back(inner);
    rest.remove_prefix(kHead + length);
  }
  return made;
}

// A message whose id tells a time far from the server's is refused, and the client corrects its clock:
// core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
bool Connection::out_of_time(const Inner& inner) {
  constexpr std::int64_t kMostBehind = 300, kMostAhead = 30;
  constexpr int kTooLow = 16, kTooHigh = 17;
  const auto ahead = (inner.id >> 32) - std::chrono::system_clock::to_time_t(server_now());
  if (ahead >= -kMostBehind && ahead <= kMostAhead) return false;
  send(TlObject{"mt_bad_msg_notification",
                {{"bad_msg_id", inner.id},
                 {"bad_msg_seqno", inner.sequence},
                 {"error_code", ahead < 0 ? kTooLow : kTooHigh}}});
  return true;
}

void Connection::message(const Inner& inner) {
  if (out_of_time(inner)) return;
  auto decoded = decode(server_.schema(), inner.body);
  const auto* object = decoded ? decoded->object() : nullptr;
  if (!object) {
    log::warn("sim.telegram.message_unreadable",
              {{"error", decoded ? "not an object" : decoded.error().text}});
    return send_result(
        inner.id, TlObject{"mt_rpc_error", {{"error_code", 400}, {"error_message", "INPUT_METHOD_INVALID"}}});
  }
  received_.insert(inner.id);
  if (!service(inner.id, *object)) rpc(inner.id, *object);
}

// True: it was a message about messages, and is dealt with.
bool Connection::service(std::int64_t id, const TlObject& q) {
  if (!q.type.starts_with("mt_")) return false;
  if (q.is("mt_ping") || q.is("mt_ping_delay_disconnect")) {
    send(TlObject{"mt_pong", {{"msg_id", id}, {"ping_id", q.integer("ping_id")}}});
  } else if (q.is("mt_get_future_salts")) {
    send(future_salts(id));
  } else if (q.is("mt_rpc_drop_answer")) {
    send_result(id, TlObject{"mt_rpc_answer_unknown"});
  } else if (q.is("mt_destroy_session")) {
    send(TlObject{"mt_destroy_session_none", {{"session_id", q.integer("session_id")}}});
  } else if (q.is("mt_destroy_auth_key")) {
    send_result(id, TlObject{"mt_destroy_auth_key_ok"});
    server_.remove_key(key_->id);
  } else if (q.is("mt_msgs_state_req")) {
    constexpr char kUnknown = 1, kReceived = 4;
    std::string info;
    for (const auto& item : q.list("msg_ids"))
      info.push_back(item.get<std::int64_t>() && received_.contains(*item.get<std::int64_t>()) ? kReceived
                                                                                               : kUnknown);
    send(TlObject{"mt_msgs_state_info", {{"req_msg_id", id}, {"info", std::move(info)}}});
  }
  return true;  // acknowledgements and the rest need no answer
}

void Connection::rpc(std::int64_t id, const TlObject& wrapped) {
  const auto* query = &wrapped;
  bool without_updates = false;
  while (query->has("query")) {
    without_updates = without_updates || query->is("invokeWithoutUpdates");
    query = &query->object("query");
  }
  if (!without_updates && !query->type.starts_with("upload.") && !query->type.starts_with("help."))
    wants_updates_ = true;

  auto outcome = server_.api().call(key_->id, transport_.dc(), *query);
  server_.push(outcome.for_others, this);
  if (outcome.cut) {
    close();
  } else if (outcome.silent) {
    send(TlObject{"mt_msgs_ack", {{"msg_ids", TlList{id}}}}, false);  // or the client would send it again
  } else if (outcome.delay.count() > 0) {
    send(TlObject{"mt_msgs_ack", {{"msg_ids", TlList{id}}}}, false);  // or the client would send it again
    auto timer = std::make_shared<boost::asio::steady_timer>(socket_.get_executor(), outcome.delay);
    auto answer = std::make_shared<TlValue>(std::move(outcome.answer));
    timer->async_wait([self = shared_from_this(), timer, answer, id](const boost::system::error_code& error) {
      if (!error && self->open_) self->send_result(id, *answer);
    });
  } else {
    send_result(id, outcome.answer);
  }
  server_.push(outcome.for_all, nullptr);
}

void Connection::push(const std::vector<ChannelEvent>& events) {
  if (!wants_updates_ || !key_ || !session_) return;
  const auto updates = server_.api().push(key_->id, events);
  if (updates.object()) send(updates, false);
}

void Connection::tell(const TlValue& updates) {
  if (wants_updates_ && key_ && session_) send(updates, false);
}

void Connection::send_result(std::int64_t id, const TlValue& result) {
  auto body = encode(server_.schema(), result);
  if (!body) {
    log::error("sim.telegram.answer_unwritable", {{"error", body.error().text}});
    body = encode(server_.schema(),
                  TlObject{"mt_rpc_error", {{"error_code", 500}, {"error_message", "INTERNAL"}}});
  }
  std::string framed;
  append_le(framed, kRpcResult);
  append_le(framed, id);
  framed += *body;
  send_body(framed, true);
}

void Connection::send(const TlValue& value, bool reply) {
  auto body = encode(server_.schema(), value);
  if (!body) return log::error("sim.telegram.message_unwritable", {{"error", body.error().text}});
  send_body(*body, reply);
}

void Connection::send_body(std::string_view body, bool reply) {
  if (!open_ || !key_ || !session_) return;
  const auto sequence = sequence_++ * 2 + 1;
  write(transport_.frame(
      seal_envelope(*key_, {kServerSalt, *session_, next_message_id(reply), sequence, body})));
}

// Seconds in the upper half; the lowest bits tell answers (1) from notices (3).
std::int64_t Connection::next_message_id(bool reply) {
  using namespace std::chrono;
  const auto nanoseconds = duration_cast<std::chrono::nanoseconds>(server_now().time_since_epoch()).count();
  const auto seconds = nanoseconds / 1'000'000'000;
  const auto fraction = (nanoseconds % 1'000'000'000 << 32) / 1'000'000'000;
  last_id_ = std::max((seconds << 32 | fraction) & ~std::int64_t{3}, last_id_ + 4);
  return last_id_ | (reply ? 1 : 3);
}

}  // namespace rec::sim
