// A look: group by number or login, ask batch after batch in a few lanes, map the answers back to channels.
#include "watch/batch_watcher.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "base/log.hpp"
#include "watch/lanes.hpp"

namespace rec {
namespace {

constexpr std::size_t kLanes = 3;  // requests under way at a time
// Then the platform is away, and each further batch would only cost its timeout.
constexpr int kTimeoutsInARow = 2;
constexpr Millis kLongestPause{15'000};     // what began meanwhile is still in its playlist's window
constexpr Millis kPauseWhenDenied{30'000};  // it wants a person
constexpr std::size_t kMostSplits = 40;     ///< in a look: three names that can be none, among a hundred
constexpr Millis kLongestToldPause{15 * 60'000};
constexpr Millis kLongestPauseOfOthers{60'000};
constexpr Millis kLeastPause{500};

}  // namespace

struct BatchWatcher::Look {
  WatchList& list;
  std::map<TwitchKey, std::vector<ChannelId>> channels{};
  std::vector<std::vector<TwitchKey>> batches{};
  std::size_t next = 0;
  std::size_t answered = 0;  // batches
  int timeouts = 0;          // in a row
  bool over = false;
  std::optional<Error> first_error{};
  std::vector<TwitchKey> refused{};  ///< names, each asked for alone
  std::optional<Error> refusal{};

  void fail(Error error) {
    timeouts = error.code == Errc::timed_out ? timeouts + 1 : 0;
    if (error.code == Errc::denied || error.code == Errc::rate_limited || timeouts == kTimeoutsInARow)
      over = true;
    if (!first_error) first_error = std::move(error);
  }
};

Millis BatchWatcher::interval() const {
  const auto least = Millis(60'000) * batches_ / std::max<std::size_t>(requests_a_minute_, 1);
  return std::max<Millis>(interval_, least);
}

void BatchWatcher::take(Look& look, const std::vector<ChannelNews>& told) {
  ++look.answered;
  look.timeouts = 0;
  for (const ChannelNews& news : told) {
    const auto asked = look.channels.find(news.key);
    if (asked == look.channels.end()) continue;
    for (const ChannelId& id : asked->second) {
      const auto entry = book_.entries().find(id);
      if (entry == book_.entries().end()) continue;
      TwitchBook::learn(entry->second, news, clock_.steady());
      entry->second.live = news.live;
      Sighting seen = TwitchBook::sighting(entry->second);
      seen.live = news.live;
      seen.broadcast = news.broadcast;
      look.list.saw(std::move(seen));
    }
  }
}

asio::awaitable<void> BatchWatcher::ask_next(Look& look) {
  auto batch = std::move(look.batches[look.next++]);
  if (auto error = held()) {
    look.fail(*std::move(error));
    co_return;
  }
  auto told = co_await ask(batch);
  if (told) {
    take(look, *told);
  } else if (told.error().code == Errc::invalid && batch.size() > 1 &&
             look.batches.size() < batches_ + kMostSplits) {
    // A single name that can be none spoils the request for all others in it.
    const auto half = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    look.batches.emplace_back(half, batch.end());
    look.batches.emplace_back(batch.begin(), half);
  } else if (told.error().code == Errc::invalid && batch.size() == 1 && !batch.front().is_id) {
    look.refused.push_back(batch.front());
    look.refusal = std::move(told).error();
  } else {
    look.fail(std::move(told).error());
  }
}

asio::awaitable<void> BatchWatcher::lane(Look& look) {
  while (!look.over && look.next < look.batches.size()) co_await ask_next(look);
}

Task<> BatchWatcher::look(WatchList& list) {
  const auto targets = list.targets();
  book_.renew(targets);
  Look look{list};
  std::map<Urgency, std::vector<TwitchKey>, std::greater<>> in_turn;
  for (const WatchTarget& target : targets) {
    const auto entry = book_.entries().find(target.channel.id);
    if (entry == book_.entries().end()) continue;
    const TwitchKey key = entry->second.key();
    auto& asked_for = look.channels[key];
    if (asked_for.empty()) in_turn[target.urgency].push_back(key);
    asked_for.push_back(target.channel.id);
  }
  for (auto& [urgency, keys] : in_turn) {
    for (TwitchKey& key : keys) {
      if (look.batches.empty() || look.batches.back().size() == batch_) look.batches.emplace_back();
      look.batches.back().push_back(std::move(key));
    }
  }
  batches_ = look.batches.size();
  if (batches_ == 0) co_return Result<void>();
  if (must_feel_its_way()) co_await ask_next(look);
  const std::function<asio::awaitable<void>()> one = [this, &look] { return lane(look); };
  co_await run_lanes(kLanes, one);
  // Where nothing is answered it is not the names.
  if (look.answered == 0) co_return fail(look.first_error ? *look.first_error : *look.refusal);
  say_trouble(look);
  for (TwitchKey& name : look.refused) {
    ChannelNews news;
    news.key = std::move(name);
    news.exists = false;
    take(look, {std::move(news)});
  }
  co_return Result<void>();
}

void BatchWatcher::say_trouble(const Look& look) {
  std::string text = look.first_error ? look.first_error->text : "";
  if (std::exchange(partly_said_, text) == text || text.empty()) return;
  log::warn("watch.batch.failed", {{"answered", look.answered},
                                   {"batches", batches_},
                                   {"error", text},
                                   {"code", word(look.first_error->code)}});
}

Task<> BatchWatcher::watch(WatchList& list) {
  for (;;) {
    const auto began = clock_.steady();
    auto looked = co_await look(list);
    failures_ = looked ? 0 : failures_ + 1;
    const std::string now = looked ? "" : looked.error().text;
    if (std::exchange(trouble_, now) != now) {
      if (now.empty()) {
        log::info("watch.recovered", {{"platform", "twitch"}});
      } else {
        log::warn("watch.failed", {{"platform", "twitch"}, {"error", now}});
      }
    }
    const auto next = began + pause_after(looked);
    co_await clock_.sleep_until(std::max<SteadyTime>(next, clock_.steady() + kLeastPause));
  }
}

/// From the beginning of a look to the next.
Millis BatchWatcher::pause_after(const Result<void>& looked) const {
  auto pause = interval();
  if (looked) return pause;
  const Error& error = looked.error();
  // The first failure is tried again as if nothing had been: most are over by then.
  if (error.code != Errc::rate_limited)
    pause = std::max<Millis>(pause,
                             std::min<Millis>(pause * (1 << std::clamp(failures_ - 1, 0, 6)), kLongestPause));
  if (error.code == Errc::denied) pause = std::max<Millis>(pause, kPauseWhenDenied);
  // A server that cannot answer now has no say in how long nobody is looked at.
  const Millis most = error.code == Errc::rate_limited ? kLongestToldPause : kLongestPauseOfOthers;
  if (error.retry_after) pause = std::max<Millis>(pause, std::min(*error.retry_after, most));
  return pause;
}

std::vector<WatchReport> BatchWatcher::reports() const {
  WatchReport report;
  report.platform = "twitch";
  report.channels = book_.entries().size();
  report.interval = interval();
  report.note = note();
  report.trouble = trouble_;
  return {std::move(report)};
}

}  // namespace rec
