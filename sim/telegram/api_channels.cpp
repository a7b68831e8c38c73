// Channels and their discussion groups: who they are, and what the account may do there.
#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

Reply get_channels(Call& call) {
  TlList made;
  for (const auto& item : call.query.list("id")) {
    auto found = channel_of(call, item.object() ? *item.object() : TlObject{});
    if (!found) return tl::unexpected(found.error());
    made.emplace_back(tl_channel(**found));
  }
  return TlObject{"messages.chats", {{"chats", std::move(made)}}};
}

Reply get_full_channel(Call& call) {
  auto found = channel_of(call, call.query.object("channel"));
  if (!found) return tl::unexpected(found.error());
  const auto& channel = **found;
  TlObject full{"channelFull",
                {{"can_view_participants", true},
                 {"id", channel.id},
                 {"about", ""},
                 {"participants_count", call.world.accounts.size()},
                 {"read_inbox_max_id", 0},
                 {"read_outbox_max_id", 0},
                 {"unread_count", 0},
                 {"chat_photo", TlObject{"photoEmpty", {{"id", 0}}}},
                 {"notify_settings", TlObject{"peerNotifySettings"}},
                 {"pts", channel.pts}}};
  if (channel.linked) full.set("linked_chat_id", channel.linked);
  return TlObject{"messages.chatFull",
                  {{"full_chat", std::move(full)},
                   {"chats", tl_channels(call.world)},
                   {"users", tl_users(call.world, call.viewer())}}};
}

Reply get_participant(Call& call) {
  auto found = channel_of(call, call.query.object("channel"));
  if (!found) return tl::unexpected(found.error());
  const auto& who = call.query.object("participant");
  const auto id = who.is("inputPeerUser") ? who.integer("user_id") : call.viewer();
  if (!call.world.account(id)) return refuse("USER_NOT_PARTICIPANT");
  const auto shown = tl_channel(**found);
  TlObject participant{"channelParticipant", {{"user_id", id}, {"date", 1'700'000'000}}};
  if (const auto* rights = shown.find("admin_rights"))
    participant = {"channelParticipantAdmin",
                   {{"self", id == call.viewer()},
                    {"user_id", id},
                    {"inviter_id", id},
                    {"promoted_by", id},
                    {"date", 1'700'000'000},
                    {"admin_rights", *rights}}};
  return TlObject{"channels.channelParticipant",
                  {{"participant", std::move(participant)}, {"users", tl_users(call.world, call.viewer())}}};
}

Reply resolve_username(Call& call) {
  const auto& wanted = call.query.text("username");
  for (const auto& [id, channel] : call.world.channels)
    if (!channel.username.empty() && channel.username == wanted)
      return TlObject{
          "contacts.resolvedPeer",
          {{"peer", TlObject{"peerChannel", {{"channel_id", id}}}}, {"chats", TlList{tl_channel(channel)}}}};
  return refuse("USERNAME_NOT_OCCUPIED");
}

}  // namespace

tl::expected<Channel*, RpcError> channel_of(Call& call, const TlObject& peer) {
  auto* channel = peer.has("channel_id") ? call.world.channel(peer.integer("channel_id")) : nullptr;
  if (!channel) return refuse(peer.type.starts_with("inputChannel") ? "CHANNEL_INVALID" : "PEER_ID_INVALID");
  return channel;
}

void add_channel_handlers(HandlerTable& table) {
  table["channels.getChannels"] = {get_channels, false};
  table["channels.getFullChannel"] = {get_full_channel, false};
  table["channels.getParticipant"] = {get_participant, false};
  table["contacts.resolveUsername"] = {resolve_username, false};
}

}  // namespace rec::sim
