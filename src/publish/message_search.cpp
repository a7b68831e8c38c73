// Server ids are TDLib's ids shifted right by 20; a batch is one request to the server.
#include "publish/message_search.hpp"

#include <algorithm>
#include <map>

#include "publish/rich_text.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {
namespace {

constexpr int kServerIdShift = 20;
constexpr std::int64_t kBatch = 100;
constexpr int kEmptyBatches = 2;
constexpr std::int64_t kLookBack = 1000;
constexpr std::int64_t kHighestId = 1LL << 22U;
constexpr int kHistoryPages = 200;
/// Below this one are the ids of channels and supergroups (-100…), which number their messages themselves.
constexpr std::int64_t kLastChannelChat = -1'000'000'000'000;

/// What matters of a message that is on the server.
struct Found {
  std::int64_t album = 0;
  std::uint64_t bytes = 0;  ///< of its file
  bool marked = false, captioned = false;
};
using FoundMap = std::map<std::int64_t, Found>;

/// How many of `messages` were taken.
std::size_t collect(const boost::json::array& messages, const SearchRequest& search, FoundMap& found) {
  std::size_t taken = 0;
  for (const auto& value : messages) {
    const auto* message = value.if_object();
    if (message == nullptr || !tdlib::type_of(tdlib::child(*message, "sending_state")).empty()) continue;
    const auto id = tdlib::number(*message, "id");
    if (id <= search.after_message) continue;
    const auto words = tdlib::message_text(*message);
    found[id] = {tdlib::number(*message, "media_album_id"), tdlib::message_bytes(*message),
                 has_marker(words, search.marker), !words.empty()};
    ++taken;
  }
  return taken;
}

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
    const bool ours =
        next.album == album || (next.album != 0 && !next.captioned && next.bytes == search.sizes[ids.size()]);
    if (ours) ids.push_back(at->first);
    if (!ours && next.album != 0) break;
  }
  return ids;
}

/// The messages with the server ids [first, first + kBatch); how many there are.
Task<std::size_t> probe(TdlibSession& session, const SearchRequest& search, std::int64_t first,
                        FoundMap& found) {
  boost::json::array ids;
  for (std::int64_t id = first; id < first + kBatch; ++id) ids.push_back(id << kServerIdShift);
  auto get = tdlib::request("getMessages");
  get["chat_id"] = search.chat;
  get["message_ids"] = std::move(ids);
  REC_CO_TRY(const auto answer, co_await session.ask(std::move(get), "looking for a post"));
  co_return collect(tdlib::list(answer, "messages"), search, found);
}

/// About where the chat's messages end: the first id of the last batch that has any, found by doubling, then
/// halving.
Task<std::int64_t> last_batch(TdlibSession& session, const SearchRequest& search) {
  FoundMap ignored;
  std::int64_t some = 1;
  std::int64_t none = 1;
  for (std::int64_t first = 1; first < kHighestId; first = first * 2 + kBatch) {
    REC_CO_TRY(const auto count, co_await probe(session, search, first, ignored));
    if (count > 0) some = first;
    if (count > 0 || none <= some) none = first * 2 + kBatch;
  }
  while (none - some > kBatch) {
    const auto middle = some + (none - some) / 2;
    REC_CO_TRY(const auto count, co_await probe(session, search, middle, ignored));
    (count > 0 ? some : none) = middle;
  }
  co_return some;
}

Task<FoundMap> probe_ids(TdlibSession& session, const SearchRequest& search) {
  std::int64_t last = search.after_message >> kServerIdShift;
  std::int64_t first = last + 1;
  if (last == 0) {
    REC_CO_TRY(last, co_await last_batch(session, search));
    first = std::max<std::int64_t>(1, last - kLookBack);
  }
  FoundMap found;
  for (int empty = 0; empty < kEmptyBatches; first += kBatch) {
    REC_CO_TRY(const auto count, co_await probe(session, search, first, found));
    empty = count == 0 && first > last ? empty + 1 : 0;
  }
  co_return found;
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
    get["limit"] = kBatch;
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
  if (session.account().bot || search.chat < kLastChannelChat) {
    REC_CO_TRY(const auto found, co_await probe_ids(session, search));
    co_return pick_post(found, search);
  }
  REC_CO_TRY(const auto found, co_await read_history(session, search));
  co_return pick_post(found, search);
}

}  // namespace rec
