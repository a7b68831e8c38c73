// Doubling, then halving.
#include "publish/id_probe.hpp"

#include <algorithm>
#include <utility>

#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

constexpr std::int64_t kHighestId = 1LL << 30U;

std::int64_t server_id(const boost::json::value& message) {
  const auto* object = message.if_object();
  return object == nullptr ? 0 : tdlib::number(*object, "id") >> kServerIdShift;
}

}  // namespace

Task<boost::json::array> probe_batch(TdlibSession& session, std::int64_t chat, std::int64_t first) {
  boost::json::array ids;
  for (auto id = std::max<std::int64_t>(1, first); id < first + kProbeBatch; ++id)
    ids.push_back(id << kServerIdShift);
  auto get = tdlib::request("getMessages");
  get["chat_id"] = chat;
  get["message_ids"] = std::move(ids);
  REC_CO_TRY(const auto answer, co_await session.ask(std::move(get), "looking for a post"));
  boost::json::array there;
  for (const auto& item : tdlib::list(answer, "messages")) {
    const auto* message = item.if_object();
    if (message != nullptr && tdlib::type_of(tdlib::child(*message, "sending_state")).empty())
      there.push_back(item);
  }
  co_return there;
}

Task<boost::json::array> probe_from(TdlibSession& session, std::int64_t chat, std::int64_t first) {
  const auto end = first + kEmptyStretch;
  boost::json::array there;
  for (; first < end && there.empty(); first += kProbeBatch) {
    REC_CO_TRY(there, co_await probe_batch(session, chat, first));
  }
  co_return there;
}

Task<std::int64_t> newest_id(TdlibSession& session, std::int64_t chat) {
  std::int64_t some = 1;
  std::int64_t none = 2;
  for (; none < kHighestId; none *= 2) {
    REC_CO_TRY(const auto there, co_await probe_from(session, chat, none));
    if (there.empty()) break;
    some = server_id(there.back());
    none = std::max(none, some);
  }
  while (none - some > kProbeBatch) {
    const auto middle = some + (none - some) / 2;
    REC_CO_TRY(const auto there, co_await probe_from(session, chat, middle));
    if (there.empty()) none = middle;
    if (!there.empty()) some = server_id(there.back());
  }
  co_return some;
}

Task<std::int64_t> first_id_since(TdlibSession& session, std::int64_t chat, std::int64_t date) {
  REC_CO_TRY(const auto newest, co_await newest_id(session, chat));
  std::int64_t older = 1;
  std::int64_t younger = newest + kProbeBatch + 1;
  while (younger - older > kProbeBatch) {
    const auto middle = older + (younger - older) / 2;
    REC_CO_TRY(const auto there, co_await probe_from(session, chat, middle));
    const auto* message = there.empty() ? nullptr : there.front().if_object();
    const bool before = message != nullptr && tdlib::number(*message, "date") < date;
    (before ? older : younger) = middle;
  }
  co_return older;
}

}  // namespace rec
