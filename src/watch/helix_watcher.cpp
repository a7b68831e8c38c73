// Get Streams: whoever is live is in the answer, whoever is not is absent.
#include "watch/helix_watcher.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include "base/log.hpp"

namespace rec {
namespace {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

// Numbers and logins that a request may have; also the most `first` may be.
constexpr std::size_t kHelixBatch = 100;
constexpr std::int64_t kSparePoints = 10;
constexpr Millis kPauseAfterFailedLookUp{30'000};

/// Four fifths of the points are for looks at most, so that titles and names still get some.
std::size_t looks_a_minute(std::int64_t limit) { return static_cast<std::size_t>(limit) * 4 / 5; }

std::string streams_call(const std::vector<TwitchKey>& keys) {
  std::string call = "/streams?first=100";  // 20 if not said
  for (const auto& key : keys) call += (key.is_id ? "&user_id=" : "&user_login=") + key.value;
  return call;
}

}  // namespace

HelixWatcher::HelixWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options)
    : BatchWatcher(clock, options.interval, kHelixBatch, looks_a_minute(RatePoints().limit())),
      options_(std::move(options)),
      api_(http, clock, options_) {}

Task<std::vector<ChannelNews>> HelixWatcher::ask(std::vector<TwitchKey> keys) {
  REC_CO_TRY(const auto body, co_await api_.get(streams_call(keys), "Twitch Get Streams"));
  allow_a_minute(looks_a_minute(api_.points().limit()));
  REC_CO_TRY(const auto list, read_streams(body));
  std::map<TwitchKey, const HelixItem*> said;
  for (const HelixItem& item : list.items) {
    said.emplace(TwitchKey{true, item.id}, &item);
    said.emplace(TwitchKey{false, item.login}, &item);
  }
  // An answer with others than those asked for is an answer to something else: who is missing in it may be
  // live.
  const bool ours = !list.unreadable && std::ranges::all_of(list.items, [&](const HelixItem& item) {
    return std::ranges::find(keys, TwitchKey{true, item.id}) != keys.end() ||
           std::ranges::find(keys, TwitchKey{false, item.login}) != keys.end();
  });
  std::vector<ChannelNews> told;
  for (auto& key : keys) {
    const auto found = said.find(key);
    if (found == said.end() && !ours) continue;
    if (found != said.end() && !found->second->live) continue;  // Twitch itself is unsure
    ChannelNews news;
    news.key = std::move(key);
    if (found != said.end()) {
      news.live = true;
      news.broadcast = found->second->broadcast;
      news.id = found->second->id;
      news.login = found->second->login;
    }
    told.push_back(std::move(news));
  }
  if (!ours && told.empty())
    co_return fail(Errc::corrupt, "Twitch Get Streams: the answer is about other channels");
  co_return told;
}

Task<> HelixWatcher::watch(WatchList& list) {
  try {
    co_await (BatchWatcher::watch(list) || keep_looking_up(list));
  } catch (const asio::multiple_exceptions& both) {  // a cancellation unwinds the two of them
    std::rethrow_exception(both.first_exception());
  }
  co_return Result<void>();
}

asio::awaitable<void> HelixWatcher::keep_looking_up(WatchList& list) {
  std::string said;
  for (;;) {
    co_await clock().sleep(interval());
    auto looked = co_await look_up(list);
    const std::string trouble = looked ? "" : looked.error().text;
    if (std::exchange(said, trouble) != trouble && !trouble.empty())
      log::warn("watch.look_up.failed", {{"platform", "twitch"}, {"error", trouble}});
    if (!looked)
      co_await clock().sleep(
          std::max(kPauseAfterFailedLookUp, looked.error().retry_after.value_or(Millis(0))));
  }
}

std::int64_t HelixWatcher::points_for_looks() const {
  const auto looks = api_.points().until_reset(clock().steady()) / interval() + 1;
  return looks * static_cast<std::int64_t>(batches()) + kSparePoints;
}

}  // namespace rec
