// Posting, editing, deleting, forwarding and reading messages.
#include <map>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestCaption = 1024;
constexpr std::size_t kLongestPremiumCaption = 2048;

std::size_t utf16_units(const std::string& text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if ((octet & 0xc0U) != 0x80U) units += octet >= 0xf0U ? 2 : 1;
  }
  return units;
}

const char* text_fault(const Call& call, const std::string& text, bool caption) {
  const auto longest = !caption                ? kLongestText
                       : call.account->premium ? kLongestPremiumCaption
                                               : kLongestCaption;
  if (utf16_units(text) > longest) return caption ? "MEDIA_CAPTION_TOO_LONG" : "MESSAGE_TOO_LONG";
  return text.empty() && !caption ? "MESSAGE_EMPTY" : nullptr;
}

TlRef markup_in(const TlObject& query) {
  const auto* markup = query.find("reply_markup");
  const auto* held = markup ? markup->get<TlRef>() : nullptr;
  return held ? *held : nullptr;
}

std::string written(const Call& call, const TlRef& object) {
  return object ? encode(call.schema, TlValue(object)).value_or("") : "";
}

Message draft(const Call& call, const Channel& channel, const TlObject& from) {
  Message made;
  made.channel = channel.id;
  made.sender = call.account->id;
  made.text = from.text("message");
  made.entities = from.list("entities");
  made.silent = call.query.flag("silent");
  made.reply_to = call.query.object("reply_to").number("reply_to_msg_id");
  made.markup = markup_in(call.query);
  return made;
}

// Adds the updates for a new message.
void add_posted(Call& call, TlList& updates, Message message, std::int64_t random_id) {
  const auto channel = message.channel;
  const auto events = call.world.post(std::move(message));
  call.world.remember_sent(call.viewer(), channel, random_id, events.front().message);
  updates.emplace_back(
      TlObject{"updateMessageID", {{"id", events.front().message}, {"random_id", random_id}}});
  updates.emplace_back(tl_update(events.front(), call.world, call.viewer()));
  call.for_others.push_back(events.front());
  call.for_all.insert(call.for_all.end(), events.begin() + 1, events.end());
}

// A repeated random id gets the first message again, with a pts_count of 0: true when it was one.
tl::expected<bool, RpcError> add_repeated(Call& call, TlList& updates, Channel& channel,
                                          std::int64_t random_id) {
  const auto* before = call.world.sent_before(call.viewer(), channel.id, random_id);
  if (!before) return false;
  if (before->deleted) return refuse("RANDOM_ID_DUPLICATE", 500);
  const ChannelEvent event{channel.id, ChannelEvent::Kind::posted, before->id, channel.pts, before->date};
  updates.emplace_back(TlObject{"updateMessageID", {{"id", before->id}, {"random_id", random_id}}});
  updates.emplace_back(tl_update(event, call.world, call.viewer(), 0));
  return true;
}

tl::expected<Channel*, RpcError> writable(Call& call, const TlObject& peer) {
  auto found = channel_of(call, peer);
  if (found && !(*found)->can_post) return refuse("CHAT_ADMIN_REQUIRED");
  return found;
}

// What sendMessage, sendMedia or an item of sendMultiMedia will be: `from` carries message, entities, media.
tl::expected<Message, RpcError> make_message(Call& call, const Channel& channel, const TlObject& from,
                                             std::int64_t grouped) {
  const bool has_media = from.has("media");
  if (const auto* fault = text_fault(call, from.text("message"), has_media)) return refuse(fault);
  auto message = draft(call, channel, from);
  message.grouped_id = grouped;
  if (has_media) {
    auto document = document_of(call, from.object("media"));
    if (!document) return tl::unexpected(document.error());
    message.document = *document;
  }
  return message;
}

// All or nothing.
Reply send_items(Call& call, Channel& channel, const std::vector<const TlObject*>& items,
                 std::int64_t grouped) {
  TlList updates;
  std::vector<std::pair<const TlObject*, Message>> fresh;
  for (const auto* item : items) {
    auto repeated = add_repeated(call, updates, channel, item->integer("random_id"));
    if (!repeated) return tl::unexpected(repeated.error());
    if (*repeated) continue;
    auto message = make_message(call, channel, *item, grouped);
    if (!message) return tl::unexpected(message.error());
    fresh.emplace_back(item, std::move(*message));
  }
  for (auto& [item, message] : fresh)
    add_posted(call, updates, std::move(message), item->integer("random_id"));
  return tl_updates(std::move(updates), call.world, call.viewer());
}

Reply send(Call& call) {
  auto channel = writable(call, call.query.object("peer"));
  if (!channel) return tl::unexpected(channel.error());
  return send_items(call, **channel, {&call.query}, 0);
}

Reply send_album(Call& call) {
  auto channel = writable(call, call.query.object("peer"));
  if (!channel) return tl::unexpected(channel.error());
  const auto& items = call.query.list("multi_media");
  if (items.empty()) return refuse("MULTI_MEDIA_EMPTY");
  if (items.size() > 10) return refuse("MULTI_MEDIA_TOO_LONG");
  std::vector<const TlObject*> all;
  for (const auto& item : items) all.push_back(item.object());
  return send_items(call, **channel, all, random_int64());
}

Message* live_message(Channel& channel, int id) {
  const auto found = channel.messages.find(id);
  return found == channel.messages.end() || found->second.deleted ? nullptr : &found->second;
}

Reply edit(Call& call) {
  auto channel = writable(call, call.query.object("peer"));
  if (!channel) return tl::unexpected(channel.error());
  const auto& q = call.query;
  auto* message = live_message(**channel, q.number("id"));
  if (!message) return refuse("MESSAGE_ID_INVALID");
  const bool caption = message->document || q.has("media");
  if (q.has("message"))
    if (const auto* fault = text_fault(call, q.text("message"), caption)) return refuse(fault);
  const bool same_text = !q.has("message") || (q.text("message") == message->text &&
                                               encode(call.schema, q.list("entities")).value_or("") ==
                                                   encode(call.schema, message->entities).value_or(""));
  const auto markup = markup_in(q);
  const bool same_markup = written(call, markup) == written(call, message->markup);
  if (same_text && same_markup && !q.has("media")) return refuse("MESSAGE_NOT_MODIFIED");
  message->markup = markup;
  if (q.has("media")) {
    auto document = document_of(call, q.object("media"));
    if (!document) return tl::unexpected(document.error());
    message->document = *document;
  }
  if (q.has("message")) {
    message->text = q.text("message");
    message->entities = q.list("entities");
  }
  const auto event = call.world.edited(*message);
  call.for_others.push_back(event);
  return tl_updates({tl_update(event, call.world, call.viewer())}, call.world, call.viewer());
}

Reply remove(Call& call) {
  auto channel = writable(call, call.query.object("channel"));
  if (!channel) return tl::unexpected(channel.error());
  int removed = 0;
  for (const auto& item : call.query.list("id")) {
    const auto* id = item.get<std::int64_t>();
    auto* message = id ? live_message(**channel, static_cast<int>(*id)) : nullptr;
    if (!message) continue;
    call.for_others.push_back(call.world.remove(*message));
    ++removed;
  }
  return TlObject{"messages.affectedMessages", {{"pts", (*channel)->pts}, {"pts_count", removed}}};
}

Reply forward(Call& call) {
  const auto& q = call.query;
  auto from = channel_of(call, q.object("from_peer"));
  if (!from) return tl::unexpected(from.error());
  auto to = writable(call, q.object("to_peer"));
  if (!to) return tl::unexpected(to.error());
  const auto& ids = q.list("id");
  const auto& random_ids = q.list("random_id");
  if (ids.size() != random_ids.size()) return refuse("RANDOM_ID_INVALID");
  for (const auto& id : ids)  // all or nothing
    if (!live_message(**from, static_cast<int>(*id.get<std::int64_t>()))) return refuse("MESSAGE_ID_INVALID");
  if ((*from)->no_forwards && !(q.flag("drop_author") && call.account->bot))
    return refuse("CHAT_FORWARDS_RESTRICTED");
  std::map<std::int64_t, std::int64_t> groups;
  TlList updates;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto random_id = *random_ids[i].get<std::int64_t>();
    auto repeated = add_repeated(call, updates, **to, random_id);
    if (!repeated) return tl::unexpected(repeated.error());
    if (*repeated) continue;
    const auto* source = live_message(**from, static_cast<int>(*ids[i].get<std::int64_t>()));
    Message copy = *source;
    copy.channel = (*to)->id;
    copy.sender = call.viewer();
    copy.reply_to = copy.edits = 0;
    copy.edit_date = 0;
    copy.forwarded.reset();
    copy.markup.reset();
    if (!q.flag("drop_author")) copy.forwarded = ForwardedFrom{(*from)->id, source->id, source->date, false};
    copy.silent = q.flag("silent");
    if (q.flag("drop_media_captions") && copy.document) copy.text.clear();
    if (copy.grouped_id) copy.grouped_id = groups.emplace(copy.grouped_id, random_int64()).first->second;
    add_posted(call, updates, std::move(copy), random_id);
  }
  return tl_updates(std::move(updates), call.world, call.viewer());
}

Reply get_messages(Call& call) {
  auto channel = channel_of(call, call.query.object("channel"));
  if (!channel) return tl::unexpected(channel.error());
  TlList made;
  for (const auto& item : call.query.list("id")) {
    const auto id = item.object() ? item.object()->number("id") : 0;
    const auto* message = live_message(**channel, id);
    made.emplace_back(message ? tl_message(*message, **channel, call.viewer())
                              : TlObject{"messageEmpty", {{"id", id}}});
  }
  return TlObject{"messages.channelMessages",
                  {{"pts", (*channel)->pts},
                   {"count", made.size()},
                   {"messages", made},
                   {"chats", tl_channels(call.world)},
                   {"users", tl_users(call.world, call.viewer())}}};
}

// Answers a pressed button, once.
Reply answer_press(Call& call) {
  const auto found = call.world.presses.find(call.query.integer("query_id"));
  if (found == call.world.presses.end() || found->second.notice) return refuse("QUERY_ID_INVALID");
  found->second.notice = call.query.text("message");
  return true;
}

Reply get_discussion(Call& call) {
  auto channel = channel_of(call, call.query.object("peer"));
  if (!channel) return tl::unexpected(channel.error());
  auto* group = call.world.channel((*channel)->linked);
  if (!group || !(*channel)->broadcast) return refuse("MSG_ID_INVALID");
  for (const auto& [id, message] : group->messages) {
    const auto& from = message.forwarded;
    if (!from || !from->automatic || from->message != call.query.number("msg_id")) continue;
    return TlObject{"messages.discussionMessage",
                    {{"messages", TlList{tl_message(message, *group, call.viewer())}},
                     {"unread_count", 0},
                     {"chats", tl_channels(call.world)},
                     {"users", tl_users(call.world, call.viewer())}}};
  }
  return refuse("MSG_ID_INVALID");
}

}  // namespace

void add_message_handlers(HandlerTable& table) {
  table["messages.sendMessage"] = {send, false};
  table["messages.sendMedia"] = {send, false};
  table["messages.sendMultiMedia"] = {send_album, false};
  table["messages.editMessage"] = {edit, false};
  table["messages.forwardMessages"] = {forward, false};
  table["messages.getDiscussionMessage"] = {get_discussion, false};
  table["channels.deleteMessages"] = {remove, false};
  table["messages.setBotCallbackAnswer"] = {answer_press, false};
  table["channels.getMessages"] = {get_messages, false};
}

}  // namespace rec::sim
