#include "watch/twitch_book.hpp"

#include <utility>

#include "base/log.hpp"

namespace rec {
namespace {

bool can_be_asked(const WatchedChannel& channel) {
  return valid_user_id(channel.platform_id) || valid_login(channel.name);
}

std::string note_of(const TwitchBook::Entry& entry) {
  if (entry.missing < 2) return "";
  return entry.id.empty() ? "no such channel on Twitch: check the name"
                          : "Twitch does not know this channel any more: banned, closed or deleted";
}

}  // namespace

TwitchKey TwitchBook::Entry::key() const {
  return id.empty() ? TwitchKey{false, lower_login(channel.name)} : TwitchKey{true, id};
}

void TwitchBook::renew(const std::vector<WatchTarget>& targets) {
  for (auto& [id, entry] : entries_) entry.wanted = false;
  for (const WatchTarget& target : targets) {
    const WatchedChannel& channel = target.channel;
    if (channel.platform != "twitch") continue;
    if (!can_be_asked(channel)) {
      if (std::exchange(complained_[channel.id], channel.name) != channel.name)
        log::warn("watch.login.invalid", {{"channel", channel.id}, {"login", channel.name}});
      continue;
    }
    Entry& entry = entries_[channel.id];
    const bool other_id =
        valid_user_id(channel.platform_id) && !entry.id.empty() && channel.platform_id != entry.id;
    // A new name may be what we said ourselves.
    const bool other_name = entry.channel.name != channel.name && !entry.channel.name.empty() &&
                            lower_login(entry.channel.name) != lower_login(channel.name) &&
                            lower_login(channel.name) != entry.login;
    if (other_id || other_name) entry = Entry{};
    entry.channel = channel;
    entry.wanted = true;
    if (valid_user_id(channel.platform_id)) entry.id = channel.platform_id;
  }
  std::erase_if(entries_, [](const auto& one) { return !one.second.wanted; });
}

void TwitchBook::learn(Entry& entry, const ChannelNews& news, SteadyTime now) {
  if (!news.exists) {
    if (entry.missed_at && now - *entry.missed_at < kMissingAgainAfter) return;
    entry.missed_at = now;
    ++entry.missing;
    return;
  }
  if (valid_user_id(news.id) && (entry.id.empty() || entry.id == news.id)) {
    entry.id = news.id;
    if (valid_login(news.login)) entry.login = lower_login(news.login);
    entry.named_at = now;
    entry.missing = 0;
    entry.missed_at.reset();
  }
}

Sighting TwitchBook::sighting(const Entry& entry) {
  Sighting seen;
  seen.channel = entry.channel.id;
  seen.platform_id = entry.id;
  if (!entry.login.empty()) seen.name = spelled_as(entry.channel.name, entry.login);
  seen.note = note_of(entry);
  return seen;
}

}  // namespace rec
