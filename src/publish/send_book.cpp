// One entry a message, by its temporary id.
#include "publish/send_book.hpp"

#include <algorithm>

#include "publish/rich_text.hpp"
#include "publish/tdlib_json.hpp"

namespace rec {

bool SendBook::on_update(const boost::json::object& update) {
  const auto type = tdlib::type_of(update);
  if (type == "updateFile") {
    const auto& file = tdlib::child(update, "file");
    auto& bytes = uploaded_[tdlib::number(file, "id")];
    const auto now = static_cast<std::uint64_t>(tdlib::number(tdlib::child(file, "remote"), "uploaded_size"));
    const bool more = now > bytes;
    progress_ += more ? 1 : 0;
    bytes = std::max(bytes, now);
    return more;
  }
  const auto& message = tdlib::child(update, "message");
  if (type == "updateNewMessage") {
    if (tdlib::type_of(tdlib::child(message, "sending_state")) != "messageSendingStatePending") return false;
    on_sending(message);
    return true;
  }
  const bool sent = type == "updateMessageSendSucceeded";
  if (!sent && type != "updateMessageSendFailed") return false;
  SendEntry& entry = entries_[{tdlib::number(message, "chat_id"), tdlib::number(update, "old_message_id")}];
  entry.state = sent ? SendEntry::State::sent : SendEntry::State::failed;
  if (entry.text.empty()) entry.text = tdlib::message_text(message);
  if (entry.album == 0) entry.album = tdlib::number(message, "media_album_id");
  if (sent) entry.message_id = tdlib::number(message, "id");
  if (!sent) {
    entry.error_code = tdlib::number(tdlib::child(update, "error"), "code");
    entry.error = tdlib::text(tdlib::child(update, "error"), "message");
  }
  return true;
}

void SendBook::on_sending(const boost::json::object& message) {
  const Key key{tdlib::number(message, "chat_id"), tdlib::number(message, "id")};
  const auto [at, fresh] = entries_.try_emplace(key);
  if (!fresh) return;
  SendEntry& entry = at->second;
  entry.text = tdlib::message_text(message);
  entry.album = tdlib::number(message, "media_album_id");
  const auto& file = tdlib::child(tdlib::child(tdlib::child(message, "content"), "video"), "video");
  entry.file = tdlib::number(file, "id");
  entry.bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, tdlib::number(file, "size")));
}

SendBook::TempIds SendBook::find(std::int64_t chat, std::string_view marker) const {
  const auto first = std::find_if(entries_.begin(), entries_.end(), [&](const auto& item) {
    return item.first.first == chat && item.second.state != SendEntry::State::failed &&
           has_marker(item.second.text, marker);
  });
  if (first == entries_.end()) return {};
  if (first->second.album == 0) return {first->first.second};
  TempIds ids;
  for (const auto& [key, entry] : entries_) {
    if (key.first == chat && entry.album == first->second.album) ids.push_back(key.second);
  }
  return ids;
}

const SendEntry* SendBook::get(std::int64_t chat, std::int64_t temp_id) const {
  const auto found = entries_.find({chat, temp_id});
  return found == entries_.end() ? nullptr : &found->second;
}

std::uint64_t SendBook::uploaded(std::int64_t chat, const TempIds& temp_ids) const {
  std::uint64_t sum = 0;
  for (const auto id : temp_ids) {
    const SendEntry* entry = get(chat, id);
    if (entry == nullptr || entry->file == 0) continue;
    const auto found = uploaded_.find(entry->file);
    const auto now = found == uploaded_.end() ? 0 : found->second;
    sum += entry->state == SendEntry::State::sent ? entry->bytes : std::min(now, entry->bytes);
  }
  return sum;
}

void SendBook::forget(std::int64_t chat, const TempIds& temp_ids) {
  for (const auto id : temp_ids) {
    const auto found = entries_.find({chat, id});
    if (found == entries_.end()) continue;
    uploaded_.erase(found->second.file);
    entries_.erase(found);
  }
}

void SendBook::clear() {
  entries_.clear();
  uploaded_.clear();
}

}  // namespace rec
