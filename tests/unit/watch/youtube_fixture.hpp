// A simulated YouTube, the real HTTP client, and a clock that runs many times as fast as the world.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/curl_http.hpp"
#include "runtime/supervisor.hpp"
#include "sim/youtube/sim_youtube.hpp"
#include "watch/youtube_watcher.hpp"
#include "watch_fixture.hpp"

namespace rec {

inline const std::string kShowId = "UC0123456789abcdefghijkl";

inline WatchedChannel youtube_channel(const std::string& name) {
  const std::string page = name.starts_with('@') ? name : "channel/" + name;
  return {ChannelId("youtube:" + name), "youtube", name, "https://www.youtube.com/" + page + "/live"};
}

/// A minute of it is over in `60 / factor` seconds.
class HastyClock final : public Clock {
 public:
  explicit HastyClock(int factor) : factor_(factor) {}
  [[nodiscard]] Instant now() const override {
    return start_utc_ + std::chrono::duration_cast<Millis>(steady() - SteadyTime{});
  }
  [[nodiscard]] SteadyTime steady() const override {
    return SteadyTime{} + factor_ * (std::chrono::steady_clock::now() - start_);
  }
  asio::awaitable<void> wait_until(Waiter& waiter, SteadyTime when) override {
    const auto real = std::min<std::chrono::nanoseconds>(when - steady(), std::chrono::hours(9999)) / factor_;
    return waiter.wait_until(std::chrono::steady_clock::now() + real);
  }

 private:
  int factor_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Instant start_utc_ = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
};

class YoutubeOnAir : public testing::Test {
 protected:
  ~YoutubeOnAir() override { stop(); }

  /// Watches until it is so, or says that it never was.
  testing::AssertionResult until(const std::function<bool()>& so) {
    if (!watcher) watcher = std::make_unique<YoutubeWatcher>(http, clock, options());
    if (!tasks.running("watch")) tasks.start("watch", watcher->watch(list));
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!so()) {
      if (std::chrono::steady_clock::now() >= give_up) return testing::AssertionFailure() << "it never was";
      io.restart();
      io.run_for(Millis(5));
    }
    return testing::AssertionSuccess();
  }
  /// Of the last that was said of a channel.
  [[nodiscard]] const Sighting* last(const std::string& name) const {
    for (auto at = list.seen.rbegin(); at != list.seen.rend(); ++at)
      if (at->channel.str() == "youtube:" + name) return &*at;
    return nullptr;
  }
  testing::AssertionResult until_seen(const std::string& name,
                                      const std::function<bool(const Sighting&)>& so) {
    return until([&] { return last(name) != nullptr && so(*last(name)); });
  }
  testing::AssertionResult until_asked(std::size_t pages) {
    const auto before = youtube.pages_asked();
    return until([&, before] { return youtube.pages_asked() >= before + pages; });
  }
  void stop() {
    tasks.cancel_all();
    io.restart();
    io.run();
    EXPECT_EQ(failure, "");
  }
  [[nodiscard]] YoutubeWatchOptions options() {
    YoutubeWatchOptions made;
    made.base_url = youtube.url();
    made.ask_other = ask_other;
    return made;
  }
  [[nodiscard]] WatchReport report() const {
    const auto all = watcher->reports();
    return all.empty() ? WatchReport{} : all.front();
  }

  sim::SimYoutube youtube;
  asio::io_context io;
  HastyClock clock{100};
  CurlHttpClient http;
  WrittenList list{{youtube_channel("@show")}};
  AskPage ask_other{};
  std::unique_ptr<YoutubeWatcher> watcher;
  std::string failure;
  Supervisor tasks{io.get_executor(),
                   [this](const std::string&, const Error& error) { failure = error.text; }};
};

}  // namespace rec
