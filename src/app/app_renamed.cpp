// App, the part that knows a channel again which the configuration calls otherwise now: what is being
// recorded of it goes on, in the same session.
#include <algorithm>

#include "app/app.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

// Within that every channel has been looked at, and has told its number.
constexpr std::chrono::minutes kKnownAgainWithin{3};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

bool holds_something(const ChannelRow& row) {
  return channel::open_session(row.state).has_value() || channel::announcement_of(row.state).has_value();
}

/// Also a broadcast that a person stopped is to be known again.
bool is_to_go_on(const ChannelRow& row) { return holds_something(row) || row.stopped; }

}  // namespace

/// By number, or by the name that the platform said it has now.
bool App::same_channel(const ChannelRow& row, const WatchedChannel& channel) const {
  const auto known = model().channels.find(channel.id);
  if (known == model().channels.end() || row.platform != channel.platform || row.id == channel.id ||
      row.platform_id.empty() || holds_something(known->second))
    return false;
  const std::string& number = known->second.platform_id;
  return number.empty() ? lower(row.name) == lower(channel.name) : number == row.platform_id;
}

/// Is there a channel whose number is not known yet?
bool App::may_be_renamed(const ChannelRow& row) const {
  if (row.platform_id.empty() || !is_to_go_on(row)) return false;
  return std::ranges::any_of(settings_.channels, [&](const WatchedChannel& channel) {
    const auto known = model().channels.find(channel.id);
    return channel.platform == row.platform && known != model().channels.end() &&
           known->second.platform_id.empty();
  });
}

/// Of one that the configuration names no more: it is known under another name, or may soon be.
bool App::goes_on_elsewhere(const ChannelRow& row) {
  if (!is_to_go_on(row)) return false;
  for (const WatchedChannel& channel : settings_.channels) {
    if (!same_channel(row, channel)) continue;
    ledger_.go_on_as(row.id, channel.id);
    return true;
  }
  if (!may_be_renamed(row)) return false;
  held_[row.id] = needs_.clock.steady() + kKnownAgainWithin;
  return true;
}

/// The same of one that may be recorded at this instant.
bool App::goes_on_renamed(const ChannelId& gone) {
  const auto row = model().channels.find(gone);
  if (row == model().channels.end() || leaving_.contains(gone) || !is_to_go_on(row->second)) return false;
  for (const WatchedChannel& channel : settings_.channels) {
    if (leaving_.contains(channel.id) || !same_channel(row->second, channel)) continue;
    leaving_.insert(gone);
    leaving_.insert(channel.id);
    supervisor_.start("rename/" + gone.str(), rename_recording(gone, channel.id));
    return true;
  }
  if (!may_be_renamed(row->second)) return false;
  held_[gone] = needs_.clock.steady() + kKnownAgainWithin;
  return true;
}

void App::go_on_renamed(const ChannelId& seen) {
  const auto channel = std::ranges::find(settings_.channels, seen, &WatchedChannel::id);
  if (held_.empty() || channel == settings_.channels.end() || leaving_.contains(seen)) return;
  for (const auto& [id, until] : held_) {
    const auto row = model().channels.find(id);
    if (row == model().channels.end() || leaving_.contains(id) || !same_channel(row->second, *channel))
      continue;
    leaving_.insert(id);
    leaving_.insert(seen);
    supervisor_.start("rename/" + id.str(), rename_recording(id, seen));
    return;
  }
}

Task<> App::rename_recording(ChannelId was, ChannelId is) {
  supervisor_.cancel("capture/" + was.str());
  co_await supervisor_.join("capture/" + was.str());
  ledger_.go_on_as(was, is);
  held_.erase(was);
  leaving_.erase(was);
  leaving_.erase(is);
  wake_.notify();
  co_return Result<void>();
}

void App::give_up_held() {
  const SteadyTime now = needs_.clock.steady();
  for (auto at = held_.begin(); at != held_.end();) {
    const ChannelId id = at->first;
    const auto row = model().channels.find(id);
    const bool known = row == model().channels.end() || !may_be_renamed(row->second);  // all are others
    const bool over = (at->second <= now || known) && !leaving_.contains(id);
    at = over ? held_.erase(at) : std::next(at);
    if (!over) continue;
    leaving_.insert(id);
    supervisor_.start("remove/" + id.str(), leave(id));
  }
}

}  // namespace rec
