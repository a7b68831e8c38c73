// What users see and bots may not: the list of chats, a chat's history, and a search in it.
#include <algorithm>

#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

const Message* newest_message(const Channel& channel) {
  for (auto at = channel.messages.rbegin(); at != channel.messages.rend(); ++at)
    if (!at->second.deleted) return &at->second;
  return nullptr;
}

TlObject tl_dialog(const Channel& channel) {
  const auto* newest = newest_message(channel);
  return {"dialog",
          {{"peer", TlObject{"peerChannel", {{"channel_id", channel.id}}}},
           {"top_message", newest ? newest->id : 0},
           {"notify_settings", TlObject{"peerNotifySettings"}},
           {"pts", channel.pts}}};
}

// Fields of messages.dialogs, which messages.peerDialogs shares.
TlObject dialogs_of(Call& call, std::string_view type, const std::vector<const Channel*>& channels) {
  TlList dialogs;
  TlList messages;
  for (const auto* channel : channels) {
    dialogs.emplace_back(tl_dialog(*channel));
    if (const auto* newest = newest_message(*channel))
      messages.emplace_back(tl_message(*newest, *channel, call.viewer()));
  }
  return {type,
          {{"dialogs", std::move(dialogs)},
           {"messages", std::move(messages)},
           {"chats", tl_channels(call.world)},
           {"users", tl_users(call.world, call.viewer())}}};
}

TlObject peer_dialogs(Call& call, const std::vector<const Channel*>& channels) {
  auto made = dialogs_of(call, "messages.peerDialogs", channels);
  TlObject state{"updates.state",
                 {{"pts", 1}, {"qts", 1}, {"date", World::now()}, {"seq", 1}, {"unread_count", 0}}};
  return made.set("state", std::move(state));
}

// One page holds all; a client that asks for what comes after it gets nothing, or it would ask for ever. A
// chat without any message is not in the list, as with Telegram.
Reply get_dialogs(Call& call) {
  const auto& q = call.query;
  std::vector<const Channel*> channels;
  if (q.number("offset_id") == 0 && q.number("folder_id") == 0)
    for (const auto& [id, channel] : call.world.channels)
      if (newest_message(channel)) channels.push_back(&channel);
  return dialogs_of(call, "messages.dialogs", channels);
}

Reply get_pinned_dialogs(Call& call) { return peer_dialogs(call, {}); }

Reply get_peer_dialogs(Call& call) {
  std::vector<const Channel*> channels;
  for (const auto& item : call.query.list("peers")) {
    if (!item.object()) continue;
    auto found = channel_of(call, item.object()->object("peer"));
    if (found) channels.push_back(*found);
  }
  return peer_dialogs(call, channels);
}

// A window into the live messages that contain `wanted`, newest first.
Reply history(Call& call, const std::string& wanted) {
  const auto& q = call.query;
  auto channel = channel_of(call, q.object("peer"));
  if (!channel) return tl::unexpected(channel.error());
  std::vector<const Message*> found;
  for (auto at = (*channel)->messages.rbegin(); at != (*channel)->messages.rend(); ++at) {
    const auto& message = at->second;
    const bool below = q.number("max_id") == 0 || message.id < q.number("max_id");
    if (!message.deleted && below && message.id > q.number("min_id") &&
        message.text.find(wanted) != std::string::npos)
      found.push_back(&message);
  }
  const auto offset_id = q.number("offset_id");
  const auto older = std::find_if(found.begin(), found.end(),
                                  [&](const Message* m) { return offset_id == 0 || m->id < offset_id; });
  const auto size = static_cast<std::ptrdiff_t>(found.size());
  const auto first = older - found.begin() + q.number("add_offset");
  const auto last = std::clamp<std::ptrdiff_t>(first + std::max(q.number("limit"), 0), 0, size);
  TlList messages;
  for (auto i = std::max<std::ptrdiff_t>(first, 0); i < last; ++i)
    messages.emplace_back(tl_message(*found[static_cast<std::size_t>(i)], **channel, call.viewer()));
  return TlObject{"messages.channelMessages",
                  {{"pts", (*channel)->pts},
                   {"count", size},
                   {"messages", std::move(messages)},
                   {"chats", tl_channels(call.world)},
                   {"users", tl_users(call.world, call.viewer())}}};
}

Reply get_history(Call& call) { return history(call, ""); }
Reply search(Call& call) { return history(call, call.query.text("q")); }
Reply accept_read(Call&) { return true; }

Reply users_only(Call& call, Reply (*run)(Call&)) {
  if (call.account->bot) return refuse("BOT_METHOD_INVALID");
  return run(call);
}

}  // namespace

void add_dialog_handlers(HandlerTable& table) {
  table["messages.getDialogs"] = {[](Call& call) { return users_only(call, get_dialogs); }, false};
  table["messages.getPinnedDialogs"] = {[](Call& call) { return users_only(call, get_pinned_dialogs); },
                                        false};
  table["messages.getPeerDialogs"] = {[](Call& call) { return users_only(call, get_peer_dialogs); }, false};
  table["messages.getHistory"] = {[](Call& call) { return users_only(call, get_history); }, false};
  table["messages.search"] = {[](Call& call) { return users_only(call, search); }, false};
  table["channels.readHistory"] = {[](Call& call) { return users_only(call, accept_read); }, false};
}

}  // namespace rec::sim
