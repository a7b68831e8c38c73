// A simulated Twitch, a real HTTP client and a clock that stands still unless the test moves it.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/clock.hpp"
#include "runtime/curl_http.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "watch/twitch.hpp"

namespace rec {

/// Nobody sleeps by it.
class StoppedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] SteadyTime steady() const override { return steady_; }
  asio::awaitable<void> wait_until(Waiter&, SteadyTime) override { std::abort(); }
  void advance(Millis time) {
    now_ += time;
    steady_ += time;
  }

 private:
  Instant now_ = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  SteadyTime steady_{};
};

/// The outcome of a task, once its loop has run.
template <class T>
std::shared_ptr<std::optional<Result<T>>> spawn_task(asio::io_context& io, Task<T> task) {
  auto slot = std::make_shared<std::optional<Result<T>>>();
  asio::co_spawn(io, std::move(task), [slot](const std::exception_ptr& error, Result<T> result) {
    if (!error) slot->emplace(std::move(result));
  });
  return slot;
}

/// Channels to watch, and what was said of them.
class WrittenList final : public WatchList {
 public:
  explicit WrittenList(std::vector<WatchedChannel> channels) {
    for (auto& channel : channels) wanted.push_back({std::move(channel)});
  }
  [[nodiscard]] std::vector<WatchTarget> targets() const override { return wanted; }
  void saw(Sighting sighting) override { seen.push_back(std::move(sighting)); }

  std::vector<WatchTarget> wanted{};
  std::vector<Sighting> seen{};
};

struct TwitchWatch {
  sim::SimTwitch twitch;
  CurlHttpClient http;
  StoppedClock clock;
  asio::io_context io;
  std::shared_ptr<WatchMemory> memory{};

  explicit TwitchWatch(sim::SimTwitchOptions options = {}) : twitch(std::move(options)) {}

  [[nodiscard]] TwitchWatchOptions options() const {
    TwitchWatchOptions options;
    options.client_id = "simulatedclient";
    options.client_secret = Secret("simulatedsecret");
    options.id_url = twitch.id_url();
    options.helix_url = twitch.helix_url();
    options.gql_url = twitch.gql_url();
    options.memory = memory;
    return options;
  }
  std::unique_ptr<TwitchWatcher> watcher() { return make_twitch_watcher(http, clock, options()); }
  std::unique_ptr<TwitchWatcher> watcher_without_key() {
    auto none = options();
    none.client_id.clear();
    none.client_secret = Secret();
    return make_twitch_watcher(http, clock, std::move(none));
  }
  /// One look at these channels: what was seen, or why nothing was.
  Result<std::vector<Sighting>> sweep(TwitchWatcher& watcher, std::vector<WatchedChannel> channels) {
    WrittenList list(std::move(channels));
    return told(watcher.look(list), list);
  }
  /// The same of what is due besides. Of the channels of the look before.
  Result<std::vector<Sighting>> look_up(TwitchWatcher& watcher) {
    WrittenList list({});
    return told(watcher.look_up(list), list);
  }

 private:
  Result<std::vector<Sighting>> told(Task<> task, const WrittenList& list) {
    const auto slot = spawn_task(io, std::move(task));
    io.restart();
    io.run();
    if (!**slot) return fail((*slot)->error());
    return list.seen;
  }
};

inline WatchedChannel twitch_channel(const std::string& login) {
  return {ChannelId("twitch:" + login), "twitch", login, "https://www.twitch.tv/" + login};
}

/// What Helix says to a request with a name that can be none, whoever else is asked for in it.
inline sim::Fault refuses_name(std::string login) {
  return [login = std::move(login)](const sim::HttpQuery& query, sim::HttpAnswer& answer) {
    for (const char* key : {"login", "user_login"})
      for (const std::string& asked : query.params(key))
        if (asked == login) sim::faults::status(400)(query, answer);
  };
}

/// twitch:prefix0 … twitch:prefix<count - 1>
inline std::vector<WatchedChannel> twitch_channels(const std::string& prefix, int count) {
  std::vector<WatchedChannel> channels;
  for (int i = 0; i < count; ++i) channels.push_back(twitch_channel(prefix + std::to_string(i)));
  return channels;
}

inline std::size_t count_live(const std::vector<Sighting>& sightings) {
  std::size_t live = 0;
  for (const auto& sighting : sightings) live += sighting.live ? 1 : 0;
  return live;
}

}  // namespace rec
