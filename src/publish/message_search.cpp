// What is asked of the server by ids is read in id_probe.
#include "publish/message_search.hpp"

#include <algorithm>
#include <map>

#include "publish/id_probe.hpp"
#include "publish/rich_text.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

constexpr std::int64_t kLookBack = 1000;
constexpr int kHistoryPages = 200;

/// What matters of a message that is on the server.
struct Found {
  std::int64_t album = 0;
  std::uint64_t bytes = 0;  ///< of its file
  bool marked = false, captioned = false;
};
using FoundMap = std::map<std::int64_t, Found>;

void collect(const boost::json::array& messages, const SearchRequest& search, FoundMap& found) {
  for (const auto& value : messages) {
    const auto* message = value.if_object();
    if (message == nullptr || !tdlib::type_of(tdlib::child(*message, "sending_state")).empty()) continue;
    const auto id = tdlib::number(*message, "id");
    if (id <= search.after_message) continue;
    const auto words = tdlib::message_text(*message);
    found[id] = {tdlib::number(*message, "media_album_id"), tdlib::message_bytes(*message),
                 has_marker(words, search.marker), !words.empty()};
  }
}

bool same_size(std::uint64_t found, std::uint64_t wanted) { return wanted == 0 || found == wanted; }

/// The marked message and what belongs to it. TDLib gives the items of one album the id that it made itself
/// or the one of the server, depending on where it has each from: so those that follow with a file of the
/// right size belong to it.
std::vector<std::int64_t> pick_post(const FoundMap& found, const SearchRequest& search) {
  auto at = std::find_if(found.begin(), found.end(), [](const auto& item) { return item.second.marked; });
  if (at == found.end()) return {};
  const auto album = at->second.album;
  std::vector<std::int64_t> ids{at->first};
  if (album == 0) return ids;
  for (++at; at != found.end() && ids.size() < search.sizes.size(); ++at) {
    const Found& next = at->second;
    const bool ours = next.album == album ||
                      (next.album != 0 && !next.captioned && same_size(next.bytes, search.sizes[ids.size()]));
    if (ours) ids.push_back(at->first);
    if (!ours && next.album != 0) break;
  }
  return ids;
}

Task<FoundMap> probe_ids(TdlibSession& session, const SearchRequest& search) {
  std::int64_t first = (search.after_message >> kServerIdShift) + 1;
  if (search.after_message == 0) {
    REC_CO_TRY(const auto newest, co_await newest_id(session, search.chat));
    first = std::max<std::int64_t>(1, newest - kLookBack);
  }
  FoundMap found;
  for (;;) {
    REC_CO_TRY(const auto messages, co_await probe_from(session, search.chat, first));
    if (messages.empty()) co_return found;
    collect(messages, search, found);
    const auto* last = messages.back().if_object();
    first = (tdlib::number(*last, "id") >> kServerIdShift) + 1;
  }
}

Task<FoundMap> read_history(TdlibSession& session, const SearchRequest& search) {
  FoundMap found;
  auto ask =
      tdlib::request("searchChatMessages");  // asks the server, where the history may come from the database
  ask["chat_id"] = search.chat;
  ask["query"] = search.marker;
  ask["limit"] = 20;
  REC_CO_TRY(const auto hits, co_await session.ask(std::move(ask), "looking for a post"));
  collect(tdlib::list(hits, "messages"), search, found);
  std::int64_t from = 0;
  for (int page = 0; page < kHistoryPages; ++page) {
    auto get = tdlib::request("getChatHistory");
    get["chat_id"] = search.chat;
    get["from_message_id"] = from;
    get["limit"] = 100;
    REC_CO_TRY(const auto answer, co_await session.ask(std::move(get), "looking for a post"));
    const auto& messages = tdlib::list(answer, "messages");
    if (messages.empty()) break;
    collect(messages, search, found);
    const auto* oldest = messages.back().if_object();
    from = oldest == nullptr ? 0 : tdlib::number(*oldest, "id");
    const bool enough = search.after_message == 0 && found.size() >= static_cast<std::size_t>(kLookBack);
    if (from <= search.after_message || enough) break;
  }
  co_return found;
}

}  // namespace

Task<std::vector<std::int64_t>> find_on_server(TdlibSession& session, SearchRequest search) {
  if (session.account().bot || search.chat < kLastNumberedChat) {
    REC_CO_TRY(const auto found, co_await probe_ids(session, search));
    co_return pick_post(found, search);
  }
  REC_CO_TRY(const auto found, co_await read_history(session, search));
  co_return pick_post(found, search);
}

std::optional<std::pair<std::int64_t, std::int64_t>> automatic_forward_of(
    const boost::json::object& message) {
  const auto& source = tdlib::child(tdlib::child(message, "forward_info"), "source");
  const auto& sender = tdlib::child(message, "sender_id");
  const auto channel = tdlib::number(source, "chat_id");
  // Somebody's forward of the same post is sent by somebody.
  if (channel == 0 || tdlib::number(sender, "chat_id") != channel ||
      tdlib::number(message, "chat_id") == channel)
    return std::nullopt;
  return std::pair(channel, tdlib::number(source, "message_id"));
}

Task<std::int64_t> find_forward(TdlibSession& session, ForwardSearch search) {
  constexpr std::int64_t kLatest = 600;  // seconds after the post
  REC_CO_TRY(const auto since, co_await first_id_since(session, search.group, search.date));
  const std::pair wanted(search.channel, search.post);
  for (auto first = since;;) {
    REC_CO_TRY(const auto messages, co_await probe_from(session, search.group, first));
    for (const auto& item : messages) {
      if (automatic_forward_of(item.as_object()) == wanted) co_return tdlib::number(item.as_object(), "id");
    }
    if (messages.empty()) co_return 0;
    const auto& last = messages.back().as_object();
    if (tdlib::number(last, "date") > search.date + kLatest) co_return 0;
    first = (tdlib::number(last, "id") >> kServerIdShift) + 1;
  }
}

}  // namespace rec
