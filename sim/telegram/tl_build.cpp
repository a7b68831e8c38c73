// Field names are those of layer 223.
#include "sim/telegram/tl_build.hpp"

#include <algorithm>

namespace rec::sim {
namespace {

TlObject peer_of_channel(std::int64_t id) { return {"peerChannel", {{"channel_id", id}}}; }

TlObject admin_rights_of(const Channel& channel) {
  return {"chatAdminRights",
          {{"change_info", true},
           {"post_messages", channel.can_post},
           {"edit_messages", channel.can_post},
           {"delete_messages", channel.can_post},
           {"other", true}}};
}

// Thumbnails fit into a square of 320.
TlObject thumbnail_size(const Document& document) {
  const double longest = std::max({document.width, document.height, 1});
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(side * std::min(1.0, 320 / longest)));
  };
  return {"photoSize",
          {{"type", "m"},
           {"w", scaled(document.width)},
           {"h", scaled(document.height)},
           {"size", document.thumbnail->size}}};
}

TlObject forward_header(const ForwardedFrom& from) {
  TlObject made{
      "messageFwdHeader",
      {{"date", from.date}, {"from_id", peer_of_channel(from.channel)}, {"channel_post", from.message}}};
  if (from.automatic)
    made.set("saved_from_peer", peer_of_channel(from.channel)).set("saved_from_msg_id", from.message);
  return made;
}

std::int64_t replies_to(int message, const Channel& channel) {
  return std::count_if(channel.messages.begin(), channel.messages.end(), [&](const auto& item) {
    return item.second.reply_to == message && !item.second.deleted;
  });
}

void set_sender(TlObject& made, const Message& message, const Channel& channel) {
  if (channel.broadcast) return;
  if (message.anonymous) return;  // nobody else stands there
  if (message.forwarded && message.forwarded->automatic)
    made.set("from_id", peer_of_channel(message.forwarded->channel));
  else
    made.set("from_id", TlObject{"peerUser", {{"user_id", message.sender}}});
}

}  // namespace

TlObject tl_user(const Account& account, std::int64_t viewer) {
  TlObject made{"user",
                {{"self", account.id == viewer},
                 {"bot", account.bot},
                 {"premium", account.premium},
                 {"bot_chat_history", account.reads_groups},
                 {"id", account.id},
                 {"access_hash", account.id * 3},
                 {"first_name", account.name}}};
  if (account.bot)
    made.set("bot_info_version", 1).set("username", "sim" + std::to_string(account.id) + "bot");
  else
    made.set("phone", account.secret);
  return made;
}

TlObject tl_channel(const Channel& channel) {
  TlObject made{"channel",
                {{"broadcast", channel.broadcast},
                 {"megagroup", !channel.broadcast},
                 {"has_link", channel.linked != 0},
                 {"noforwards", channel.no_forwards},
                 {"id", channel.id},
                 {"access_hash", channel.id * 7},
                 {"title", channel.title},
                 {"photo", TlObject{"chatPhotoEmpty"}},
                 {"date", 1'700'000'000}}};
  if (channel.administered)
    made.set("admin_rights", admin_rights_of(channel));
  else
    made.set("default_banned_rights", TlObject{"chatBannedRights", {{"until_date", 2'147'483'647}}});
  if (!channel.username.empty()) made.set("username", channel.username);
  return made;
}

TlObject tl_document(const Document& document) {
  TlObject made{"document",
                {{"id", document.id},
                 {"access_hash", document.id ^ 1},
                 {"file_reference", "reference"},
                 {"date", document.date},
                 {"mime_type", document.mime},
                 {"size", document.content.size},
                 {"dc_id", kFirstDc},
                 {"attributes", document.attributes}}};
  if (document.thumbnail) made.set("thumbs", TlList{thumbnail_size(document)});
  return made;
}

TlObject tl_media(const Document& document) {
  if (!document.photo)
    return {"messageMediaDocument", {{"video", document.video}, {"document", tl_document(document)}}};
  TlObject size{"photoSize", {{"type", "x"}, {"w", 1280}, {"h", 720}, {"size", document.content.size}}};
  TlObject photo{"photo",
                 {{"id", document.id},
                  {"access_hash", document.id ^ 1},
                  {"file_reference", "reference"},
                  {"date", document.date},
                  {"sizes", TlList{std::move(size)}},
                  {"dc_id", kFirstDc}}};
  return {"messageMediaPhoto", {{"photo", std::move(photo)}}};
}

TlObject tl_message(const Message& message, const Channel& channel, std::int64_t viewer) {
  if (message.deleted)
    return {"messageEmpty", {{"id", message.id}, {"peer_id", peer_of_channel(channel.id)}}};
  const bool automatic = message.forwarded && message.forwarded->automatic;
  TlObject made{"message",
                {{"out", message.sender == viewer && !automatic},
                 {"silent", message.silent},
                 {"post", channel.broadcast},
                 {"id", message.id},
                 {"peer_id", peer_of_channel(channel.id)},
                 {"date", message.date},
                 {"message", message.text}}};
  set_sender(made, message, channel);
  if (message.forwarded) made.set("fwd_from", forward_header(*message.forwarded));
  if (message.reply_to)
    made.set("reply_to", TlObject{"messageReplyHeader", {{"reply_to_msg_id", message.reply_to}}});
  if (message.document) made.set("media", tl_media(*message.document));
  if (!message.entities.empty()) made.set("entities", message.entities);
  if (channel.broadcast) made.set("views", 1).set("forwards", 0);
  if (channel.broadcast && channel.linked)
    made.set("replies",
             TlObject{"messageReplies",
                      {{"comments", true}, {"replies_pts", channel.pts}, {"channel_id", channel.linked}}});
  else if (automatic)
    made.set("replies",
             TlObject{"messageReplies",
                      {{"replies", replies_to(message.id, channel)}, {"replies_pts", channel.pts}}});
  if (message.edit_date) made.set("edit_date", message.edit_date);
  if (message.grouped_id) made.set("grouped_id", message.grouped_id);
  if (message.markup) made.set("reply_markup", message.markup);
  return made;
}

TlObject tl_update(const ChannelEvent& event, World& world, std::int64_t viewer, int pts_count) {
  const auto& channel = world.channels.at(event.channel);
  TlObject made;
  if (event.kind == ChannelEvent::Kind::deleted) {
    made = {"updateDeleteChannelMessages", {{"channel_id", channel.id}, {"messages", TlList{event.message}}}};
  } else {
    made.type =
        event.kind == ChannelEvent::Kind::posted ? "updateNewChannelMessage" : "updateEditChannelMessage";
    made.set("message", tl_message(channel.messages.at(event.message), channel, viewer));
  }
  return made.set("pts", event.pts).set("pts_count", pts_count);
}

TlList tl_channels(World& world) {
  TlList made;
  for (const auto& [id, channel] : world.channels) made.emplace_back(tl_channel(channel));
  return made;
}

TlList tl_users(World& world, std::int64_t viewer) {
  TlList made;
  for (const auto& [id, account] : world.accounts) made.emplace_back(tl_user(account, viewer));
  return made;
}

TlObject tl_updates(TlList updates, World& world, std::int64_t viewer) {
  return {"updates",
          {{"updates", std::move(updates)},
           {"users", tl_users(world, viewer)},
           {"chats", tl_channels(world)},
           {"date", World::now()},
           {"seq", 0}}};
}

}  // namespace rec::sim
