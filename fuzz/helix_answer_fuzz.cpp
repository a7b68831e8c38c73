// What Twitch answers to those who ask who is live, of any bytes. Even first byte: with a developer key; odd:
// without. The answers are parted by %%, in the order of the requests: who is live, who is who, what they
// show, who is live once more. The last one is also what the Ratelimit headers say.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "watch/helix_answers.hpp"
#include "watch/twitch.hpp"

namespace rec {
namespace {

class TwitchAnswers final : public HttpClient {
 public:
  TwitchAnswers(std::vector<std::string> answers, int status)
      : answers_(std::move(answers)), status_(status) {}
  Task<HttpResponse> fetch(HttpRequest request) override {
    HttpResponse response;
    response.status = asked_ == 0 ? 200 : status_;
    response.url = std::move(request.url);
    if (asked_ < answers_.size()) response.body = answers_[asked_];
    for (const char* name : {"ratelimit-remaining", "ratelimit-reset", "ratelimit-limit"})
      response.headers.emplace(name, answers_.back());
    ++asked_;
    co_return response;
  }

 private:
  std::vector<std::string> answers_;
  int status_;
  std::size_t asked_ = 0;
};

class FrozenClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return from_unix_ms(1'795'000'000'000); }
  [[nodiscard]] SteadyTime steady() const override { return SteadyTime{std::chrono::hours(1)}; }
  asio::awaitable<void> wait_until(Waiter&, SteadyTime) override { std::abort(); }
};

class ThreeChannels final : public WatchList {
 public:
  [[nodiscard]] std::vector<WatchTarget> targets() const override {
    std::vector<WatchTarget> three(3);
    for (int i = 0; i < 3; ++i) {
      auto& channel = three[static_cast<std::size_t>(i)].channel;
      channel.id = ChannelId("twitch:" + std::string(1, static_cast<char>('a' + i)));
      channel.platform = "twitch";
      channel.name = std::string(1, static_cast<char>('a' + i));
    }
    three[2].channel.platform_id = "123";
    return three;
  }
  void saw(Sighting seen) override {
    const bool ours = seen.channel.str() == "twitch:a" || seen.channel.str() == "twitch:b" ||
                      seen.channel.str() == "twitch:c";
    if (!ours || seen.broadcast.title.size() > 1024 || seen.name.size() > 25) std::abort();
    if (!std::ranges::all_of(seen.platform_id, [](char c) { return c >= '0' && c <= '9'; })) std::abort();
    said_offline = said_offline || !seen.live;
  }
  bool said_offline = false;
};

asio::awaitable<void> look_twice(TwitchWatcher& watcher, ThreeChannels& list, bool& looked) {
  const auto first = co_await watcher.look(list);
  looked = first.has_value();
  if (!first && first.error().text.empty()) std::abort();
  if (!looked && list.said_offline) std::abort();
  const auto more = co_await watcher.look_up(list);
  if (!more && more.error().text.empty()) std::abort();
  static_cast<void>(co_await watcher.look(list));
}

}  // namespace
}  // namespace rec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  if (size == 0) return 0;
  std::vector<std::string> answers;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (answers.size() < 6) {
    const auto cut = rest.find("%%");
    answers.emplace_back(rest.substr(0, cut));
    if (cut == rest.npos) break;
    rest.remove_prefix(cut + 2);
  }
  static const bool quiet = [] {
    log::Options off;
    off.level = log::Level::off;
    log::configure(off);
    return true;
  }();
  static_cast<void>(quiet);
  static_cast<void>(read_streams(answers[0]));
  static_cast<void>(read_users(answers[0]));
  static_cast<void>(read_channels(answers[0]));
  const bool key = (data[0] & 1U) == 0;
  constexpr int kStatuses[] = {200, 200, 200, 401, 429, 503};
  const int status = kStatuses[(data[0] >> 1U) % 6U];
  if (key) answers.insert(answers.begin(), R"({"access_token":"a","expires_in":3600})");
  asio::io_context io;
  FrozenClock clock;
  TwitchAnswers http(std::move(answers), status);
  TwitchWatchOptions options;
  if (key) options.client_id = "id";
  const auto watcher = make_twitch_watcher(http, clock, std::move(options));
  ThreeChannels list;
  bool looked = false;
  asio::co_spawn(io, look_twice(*watcher, list, looked), asio::detached);
  io.run();
  return 0;
}
