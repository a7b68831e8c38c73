// What a client missed: the account's state, and each channel's difference by pts.
#include <algorithm>

#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

TlObject account_state() {
  return {"updates.state", {{"pts", 1}, {"qts", 1}, {"date", World::now()}, {"seq", 1}, {"unread_count", 0}}};
}

Reply get_state(Call&) { return account_state(); }

// Channels with news since the client's date are only named; the client then asks for each channel's
// difference.
Reply get_difference(Call& call) {
  TlList news;
  for (const auto& [id, channel] : call.world.channels)
    if (!channel.events.empty() && channel.events.back().date >= call.query.integer("date"))
      news.emplace_back(TlObject{"updateChannelTooLong", {{"channel_id", id}, {"pts", channel.pts}}});
  if (news.empty()) return TlObject{"updates.differenceEmpty", {{"date", World::now()}, {"seq", 1}}};
  return TlObject{"updates.difference",
                  {{"other_updates", std::move(news)},
                   {"chats", tl_channels(call.world)},
                   {"users", tl_users(call.world, call.viewer())},
                   {"state", account_state()}}};
}

Reply get_channel_difference(Call& call) {
  auto found = channel_of(call, call.query.object("channel"));
  if (!found) return tl::unexpected(found.error());
  auto& channel = **found;
  const auto known = call.query.number("pts");
  const auto limit = std::clamp(call.query.number("limit"), 1, 100);
  TlList messages;
  TlList others;
  int pts = known;
  for (const auto& event : channel.events) {
    if (event.pts <= known) continue;
    if (static_cast<int>(messages.size() + others.size()) == limit) break;
    pts = event.pts;
    if (event.kind != ChannelEvent::Kind::posted)
      others.emplace_back(tl_update(event, call.world, call.viewer()));
    else if (const auto& message = channel.messages.at(event.message); !message.deleted)
      messages.emplace_back(tl_message(message, channel, call.viewer()));
  }
  const bool final = pts >= channel.pts || channel.events.empty();
  if (call.world.hides_news || (messages.empty() && others.empty() && final))
    return TlObject{"updates.channelDifferenceEmpty",
                    {{"final", true}, {"pts", channel.pts}, {"timeout", 30}}};
  TlObject made{"updates.channelDifference",
                {{"final", final},
                 {"pts", pts},
                 {"new_messages", std::move(messages)},
                 {"other_updates", std::move(others)},
                 {"chats", tl_channels(call.world)},
                 {"users", tl_users(call.world, call.viewer())}}};
  if (final) made.set("timeout", 30);
  return made;
}

}  // namespace

void add_update_handlers(HandlerTable& table) {
  table["updates.getState"] = {get_state, false};
  table["updates.getDifference"] = {get_difference, false};
  table["updates.getChannelDifference"] = {get_channel_difference, false};
}

}  // namespace rec::sim
