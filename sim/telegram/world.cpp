// The rules: ids and pts grow by one, each change is an event, a channel's posts appear in its group.
#include "sim/telegram/world.hpp"

#include <chrono>

#include "sim/telegram/sim_clock.hpp"

namespace rec::sim {

std::int64_t World::now() { return std::chrono::system_clock::to_time_t(server_now()); }

Account& World::add_account(Account account) {
  const auto id = account.id;
  return accounts[id] = std::move(account);
}

Channel& World::add_channel(Channel channel) {
  const auto id = channel.id;
  return channels[id] = std::move(channel);
}

Account* World::account_by_secret(const std::string& secret) {
  for (auto& [id, account] : accounts)
    if (account.secret == secret) return &account;
  return nullptr;
}

Account* World::account(std::int64_t id) {
  const auto found = accounts.find(id);
  return found == accounts.end() ? nullptr : &found->second;
}

Channel* World::channel(std::int64_t id) {
  const auto found = channels.find(id);
  return found == channels.end() ? nullptr : &found->second;
}

ChannelEvent World::record(Channel& channel, ChannelEvent::Kind kind, int message) {
  return channel.events.emplace_back(ChannelEvent{channel.id, kind, message, ++channel.pts, now()});
}

std::vector<ChannelEvent> World::post(Message message) {
  auto& where = channels.at(message.channel);
  message.id = where.next_message++;
  message.date = now();
  const auto& kept = where.messages[message.id] = std::move(message);
  std::vector<ChannelEvent> made{record(where, ChannelEvent::Kind::posted, kept.id)};
  auto* group = where.broadcast ? channel(where.linked) : nullptr;
  if (!group) return made;
  Message copy = kept;
  copy.channel = group->id;
  copy.id = group->next_message++;
  copy.forwarded = ForwardedFrom{where.id, kept.id, kept.date, true};
  copy.reply_to = 0;
  const auto id = copy.id;
  group->messages[id] = std::move(copy);
  made.push_back(record(*group, ChannelEvent::Kind::posted, id));
  return made;
}

ChannelEvent World::edited(Message& message) {
  ++message.edits;
  message.edit_date = now();
  return record(channels.at(message.channel), ChannelEvent::Kind::edited, message.id);
}

ChannelEvent World::remove(Message& message) {
  message.deleted = true;
  return record(channels.at(message.channel), ChannelEvent::Kind::deleted, message.id);
}

Message* World::sent_before(std::int64_t sender, std::int64_t where, std::int64_t random_id) {
  const auto found = sent_.find({sender, where, random_id});
  return found == sent_.end() ? nullptr : &channels.at(where).messages.at(found->second);
}

void World::remember_sent(std::int64_t sender, std::int64_t where, std::int64_t random_id, int message) {
  sent_[{sender, where, random_id}] = message;
}

}  // namespace rec::sim
