// App, the part that follows a broadcast to another channel's page (cross) and back.
#include <algorithm>

#include "app/app.hpp"

namespace rec {
namespace {

constexpr std::chrono::minutes kMainIsKnownWithin{2};

}  // namespace

// A partner is looked at only while the broadcast may go on there.
bool App::watched_for_its_partner(const ChannelId& main, const ChannelId& partner) const {
  const auto row = model().channels.find(main);
  if (row == model().channels.end()) return false;
  if (std::holds_alternative<channel::Grace>(row->second.state)) return true;
  const auto* live = std::get_if<channel::Live>(&row->second.state);
  return live != nullptr && live->source == partner;
}

void App::saw_partner(Sighting seen, const ChannelId& main) {
  const ChannelId partner = std::exchange(seen.channel, main);
  note(partner, seen.note);
  if (seen.live) note_partner(partner, seen);
  if (!watched_for_its_partner(main, partner) || asked_first_.contains(main)) return;
  if (seen.live) {
    const SteadyTime last_live = std::exchange(last_live_[partner], needs_.clock.steady());
    const auto own = model().channels.find(partner);
    if (own != model().channels.end() && is_stopped(own->second, seen.broadcast, last_live)) return;
    return seen_live(seen, partner);
  }
  note_went_offline(partner);
  const auto* live = std::get_if<channel::Live>(&model().channels.at(main).state);
  if (live != nullptr) seen_offline(seen);
}

/// Which broadcast it is, for somebody may stop it, now or when nothing runs; and which channel.
void App::note_partner(const ChannelId& partner, const Sighting& seen) {
  const auto planned = std::ranges::find(settings_.partners, partner, &WatchedChannel::id);
  const bool told = !seen.broadcast.stream_id.empty() || !seen.platform_id.empty();
  if (!told || planned == settings_.partners.end()) return;
  const auto known = model().channels.find(partner);
  ChannelRow row{planned->id, planned->platform, planned->name, planned->page_url, {}};
  if (known != model().channels.end()) row = known->second;
  identify(row, seen);
  if (!seen.broadcast.stream_id.empty()) row.shown.stream_id = seen.broadcast.stream_id;
  ledger_.put_channel(std::move(row));
}

bool App::by_itself(const ChannelId& partner) const { return watched(partner); }

// One that stands in a list as well is recorded by itself while its main channel is not live; what has begun
// there goes on there. Whether that one is live is waited for, but not for ever.
bool App::left_to_its_main(const ChannelId& partner, const ChannelId& main) {
  const auto own = model().channels.find(partner);
  if (!by_itself(partner) || own == model().channels.end()) return true;
  if (channel::open_session(own->second.state)) return false;
  const auto row = model().channels.find(main);
  if (row != model().channels.end() && channel::open_session(row->second.state)) return true;
  if (platform_says_.contains(main)) return false;
  const auto since = partner_live_since_.try_emplace(partner, needs_.clock.steady()).first->second;
  return needs_.clock.steady() - since < kMainIsKnownWithin;
}

std::string App::page_of(const ChannelRow& row) const {
  const auto partner = std::ranges::find(settings_.partners, source_of(row), &WatchedChannel::id);
  return partner == settings_.partners.end() ? row.page_url : target_of(*partner).channel.page_url;
}

}  // namespace rec
