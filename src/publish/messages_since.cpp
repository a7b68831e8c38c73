#include "publish/messages_since.hpp"

#include <algorithm>
#include <utility>

#include "publish/id_probe.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

constexpr std::int64_t kMostMissed = 3 * kProbeBatch;

Task<std::int64_t> newest_known(TdlibSession& session, std::int64_t chat) {
  auto look = tdlib::request("getChat");
  look["chat_id"] = chat;
  REC_CO_TRY(const auto known, co_await session.ask(std::move(look), "the control group"));
  co_return tdlib::number(tdlib::child(known, "last_message"), "id") >> kServerIdShift;
}

}  // namespace

Task<boost::json::array> messages_since(TdlibSession& session, std::int64_t chat, std::int64_t since) {
  boost::json::array said;
  if (chat >= kLastNumberedChat) co_return said;
  REC_CO_TRY(std::int64_t newest, co_await newest_known(session, chat));
  const std::int64_t dealt_with = since >> kServerIdShift;
  auto from = newest - (since == 0 ? kProbeBatch : kMostMissed);
  if (newest == 0 && dealt_with == 0) {  // TDLib knows the group by its news alone
    REC_CO_TRY(const auto some, co_await newest_id(session, chat));
    from = some - kProbeBatch;
    newest = some + kProbeBatch;
  }
  auto first = std::max(dealt_with, from) + 1;
  for (;;) {
    REC_CO_TRY(const auto there, co_await probe_batch(session, chat, first));
    if (there.empty() && first + kProbeBatch > newest) break;
    for (const auto& message : there) said.push_back(message);
    first = there.empty() ? first + kProbeBatch
                          : (tdlib::number(there.back().as_object(), "id") >> kServerIdShift) + 1;
  }
  if (said.size() > static_cast<std::size_t>(kMostMissed)) said.erase(said.begin(), said.end() - kMostMissed);
  co_return said;
}

}  // namespace rec
