// App, the part that commands reach: channels come, change and go while it runs, and what a filter denies.
#include <algorithm>
#include <set>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/app.hpp"
#include "app/names.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr std::size_t kMostReason = 500;
/// A store that takes longer is in trouble; whoever asked is to hear of it.
constexpr std::chrono::seconds kKeptWithin{20};
/// The socket is open a little before the store has been read.
constexpr std::chrono::milliseconds kUntilLoaded{20};

}  // namespace

Task<> App::change_channels(ChannelOrder order, ChannelPlans plans) {
  while (!loaded_ && !stopping_) co_await needs_.clock.sleep(kUntilLoaded);
  ledger_.put_order(std::move(order));
  go_by(std::move(plans));
  const auto kept = co_await (ledger_.durable() || needs_.clock.sleep(kKeptWithin));
  if (kept.index() == 0) co_return Result<void>();
  co_return fail(
      Errc::unavailable,
      "it is in effect, but the store does not take it: it may be forgotten when the program ends; "
      "the log says what is wrong with the store");
}

Task<> App::change_targets(TargetOrder order, TargetPlan main, std::map<std::string, TargetPlan> targets) {
  while (!loaded_ && !stopping_) co_await needs_.clock.sleep(kUntilLoaded);
  ledger_.put_target_order(std::move(order));
  settings_.target = std::move(main);
  settings_.targets = std::move(targets);
  co_return co_await kept();
}

Task<> App::change_settings(Settings settings) {
  while (!loaded_ && !stopping_) co_await needs_.clock.sleep(kUntilLoaded);
  settings.data_folder = settings_.data_folder;
  settings.session_policy.publish = settings_.session_policy.publish;
  settings.premium = settings_.premium;
  settings.stop_when_full = settings_.stop_when_full;
  settings.newest_segments_kept = settings_.newest_segments_kept;
  settings.record_duration = settings_.record_duration;
  settings.status_edit_interval = settings_.status_edit_interval;
  ChannelPlans plans = std::move(static_cast<ChannelPlans&>(settings));
  static_cast<ChannelPlans&>(settings) = std::move(static_cast<ChannelPlans&>(settings_));
  settings_ = std::move(settings);
  go_by(std::move(plans), true);
  co_return Result<void>();
}

void App::go_by(ChannelPlans plans, bool may_be_renamed) {
  std::set<ChannelId> gone;
  for (const auto* list : {&settings_.channels, &settings_.paused}) {
    for (const WatchedChannel& channel : *list) gone.insert(channel.id);
  }
  static_cast<ChannelPlans&>(settings_) = std::move(plans);
  put_planned_rows();
  for (const WatchedChannel& channel : settings_.channels) {
    gone.erase(channel.id);
    held_.erase(channel.id);
  }
  for (const WatchedChannel& channel : settings_.paused) {
    gone.erase(channel.id);
    denied_.erase(channel.id);
    // Nobody waits for a broadcast that will not be recorded.
    if (!goes_on_though_paused(channel.id))
      ledger_.channel_event(channel.id, channel::Removed{needs_.clock.now()});
  }
  for (const ChannelId& id : gone) {
    denied_.erase(id);
    over_.erase(id);
    if (may_be_renamed && goes_on_renamed(id)) continue;
    leaving_.insert(id);
    supervisor_.start("remove/" + id.str(), leave(id));
  }
  wake_.notify();
}

Task<> App::leave(ChannelId channel) {
  auto removed = co_await remove_channel(channel);
  if (!removed) ledger_.channel_event(channel, channel::Removed{needs_.clock.now()});
  leaving_.erase(channel);
  co_return removed;
}

void App::put_planned_rows() {
  for (const WatchedChannel& channel : settings_.channels) {
    ChannelRow row{channel.id, channel.platform, channel.name, channel.page_url, {}};
    const auto known = model().channels.find(channel.id);
    if (known != model().channels.end()) keep_identity(row, known->second);
    ledger_.put_channel(std::move(row));
  }
}

bool App::goes_on_though_paused(const ChannelId& channel) const {
  const auto row = model().channels.find(channel);
  return row != model().channels.end() && channel::open_session(row->second.state).has_value();
}

// Only what is not being recorded yet is asked of: a title that changes, or hours that end, cut nothing off.
bool App::may_begin(const ChannelId& channel, const channel::Broadcast& broadcast) {
  if (leaving_.contains(channel) || !watched(channel)) return false;
  const auto filter = settings_.filter_of.find(channel);
  if (filter == settings_.filter_of.end()) return true;
  const FilterVerdict told = verdict(filter->second, broadcast, wall_time(needs_.clock.now()));
  const std::string reason = one_line(told.reason, kMostReason);
  const auto before = denied_.find(channel);
  if (told.allowed) {
    if (before != denied_.end()) log::info("channel.allowed", {{"channel", channel}});
    denied_.erase(channel);
  } else if (before == denied_.end() || before->second != reason) {
    log::info("channel.denied", {{"channel", channel}, {"reason", reason}});
    denied_[channel] = reason;
  }
  return told.allowed;
}

bool App::may_announce(const ChannelId& channel, const channel::Broadcast& broadcast) const {
  if (!watched(channel)) return false;
  const auto found = settings_.filter_of.find(channel);
  if (found == settings_.filter_of.end()) return true;
  ChannelFilter filter = found->second;
  filter.hours = {};  // it begins at another hour
  return verdict(filter, broadcast, {}).allowed;
}

bool App::watched(const ChannelId& channel) const {
  return std::ranges::any_of(settings_.channels,
                             [&](const WatchedChannel& each) { return each.id == channel; });
}

ChannelNote App::news_of(const ChannelId& channel) const {
  ChannelNote news;
  const auto at = looked_at_.find(channel);
  if (at != looked_at_.end()) news.looked_at = at->second;
  const auto denied = denied_.find(channel);
  if (denied != denied_.end()) news.note = "live, not recorded: " + denied->second;
  const auto note = notes_.find(channel);
  if (note != notes_.end() && !note->second.empty())
    news.note += (news.note.empty() ? "" : "; ") + note->second;
  news.over = over_.contains(channel);
  return news;
}

}  // namespace rec
