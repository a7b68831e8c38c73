// Watches YouTube without an API key: one GET of a channel's /live page a look.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "ports/watcher.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"
#include "runtime/signal.hpp"
#include "watch/ask_page.hpp"
#include "watch/poll_schedule.hpp"
#include "watch/watch_memory.hpp"
#include "watch/youtube_look.hpp"

namespace rec {

/// How we present ourselves; the same for all requests.
struct YoutubeFace {
  std::string user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  std::string consent_cookie = "SOCS=CAI";
};

struct YoutubeWatchOptions {
  std::string base_url = "https://www.youtube.com";  ///< endpoints.youtube
  Millis interval{30'000};                           ///< youtube.check_interval
  std::size_t requests_per_minute = 60;              ///< youtube.requests_per_minute
  std::shared_ptr<RequestBudget> budget{};           ///< of the same, where recordings take from it, too
  std::size_t at_once = 4;                           ///< pages that may be under way together
  Millis timeout{20'000};                            ///< of a page
  std::function<YoutubeFace()> face{};               ///< asked before each request; unset: the built-in one
  std::shared_ptr<WatchMemory> memory{};             ///< keeps over a restart who asked for a sign-in
  AskPage ask_other{};  ///< yt-dlp, where pages cannot be understood; unset: there is nobody else
};

/// Watches the channels whose platform is "youtube". Requests go as PollSchedule says, never more than
/// requests_per_minute. HTTP 429, a captcha, or being taken for a robot quiets it as a whole, for a minute
/// doubling to a quarter of an hour; a page that does not come delays its own channel alone. A page that
/// cannot be understood three times in a row is left to ask_other, one channel at a time. Cookies are sent
/// for a channel only once its page has asked for a sign-in. All that is told once in the log when it begins,
/// once when it is over, and is in reports() meanwhile.
class YoutubeWatcher final : public Watcher {
 public:
  /// `http` and `clock` outlive it.
  YoutubeWatcher(HttpClient& http, Clock& clock, YoutubeWatchOptions options);

  Task<> watch(WatchList& list) override;
  [[nodiscard]] std::vector<WatchReport> reports() const override;

 private:
  asio::awaitable<void> lane(WatchList& list);
  asio::awaitable<PollOutcome> look(WatchedChannel channel, WatchList& list);
  Task<HttpResponse> get_page(WatchedChannel channel, bool signed_in);
  asio::awaitable<void> ask_other(WatchedChannel channel, WatchList& list);
  PollOutcome take(const WatchedChannel& channel, YoutubeLook look, WatchList& list);
  PollOutcome told(const WatchedChannel& channel, YoutubeLook look, WatchList& list);
  PollOutcome garbled(const WatchedChannel& channel, const Error& error);
  PollOutcome unreachable(const WatchedChannel& channel, const Error& error);
  PollOutcome refused(const Error& error);
  void understood(const ChannelId& channel);
  void renew(WatchList& list);
  void say_interval();
  [[nodiscard]] PollTime now() const { return {clock_.steady(), clock_.now()}; }

  HttpClient& http_;
  Clock& clock_;
  YoutubeWatchOptions options_;
  PollSchedule schedule_;
  std::unique_ptr<Signal> changed_{};  ///< a look has ended
  std::map<ChannelId, WatchedChannel> channels_{};
  SteadyTime renewed_at_{};
  bool stretched_ = false;               ///< the interval was said to be longer than asked for
  std::string refusal_{};                ///< why, while it is refused
  std::map<ChannelId, int> garbled_{};   ///< pages in a row that were not understood
  std::map<ChannelId, int> gone_{};      ///< the same of pages that were not there
  std::set<ChannelId> left_to_other_{};  ///< whose pages cannot be understood
  std::set<ChannelId> unreachable_{};
  std::string why_unreachable_{};
  std::set<ChannelId> signed_in_{};  ///< whose page has asked for it
  std::set<ChannelId> nameless_{};   ///< that no page can be made of
};

}  // namespace rec
