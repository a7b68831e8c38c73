// Lanes take channels from the schedule; what comes of a look goes back to it.
#include "watch/youtube_watcher.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "page/youtube_page.hpp"
#include "watch/lanes.hpp"
#include "watch/request_turn.hpp"

namespace rec {
namespace {

constexpr std::size_t kMostYoutubePageBytes = 16U << 20U;
constexpr int kMostRedirects = 3;
constexpr int kGarbledUntilOther = 3;
constexpr int kGoneUntilTold = 2;
// The page, and what yt-dlp asks for after it.
constexpr std::size_t kRequestsWithOther = 1 + kRequestsOfYtDlp;
constexpr auto kRenewal = std::chrono::seconds(1);

PollPolicy poll_policy(const YoutubeWatchOptions& options) {
  PollPolicy policy;
  policy.interval = options.interval;
  policy.per_minute = options.requests_per_minute;
  policy.at_once = options.at_once;
  return policy;
}

double in_seconds(Millis length) { return std::chrono::duration<double>(length).count(); }

}  // namespace

YoutubeWatcher::YoutubeWatcher(HttpClient& http, Clock& clock, YoutubeWatchOptions options)
    : http_(http),
      clock_(clock),
      options_(std::move(options)),
      schedule_(poll_policy(options_), options_.budget) {
  if (options_.memory) signed_in_ = options_.memory->signed_in();
  if (!options_.face) options_.face = [] { return YoutubeFace{}; };
}

Task<> YoutubeWatcher::watch(WatchList& list) {
  changed_ = std::make_unique<Signal>(co_await asio::this_coro::executor);
  const std::function<asio::awaitable<void>()> make = [this, &list] { return lane(list); };
  co_await run_lanes(options_.at_once, make);
  co_return Result<void>();
}

asio::awaitable<void> YoutubeWatcher::lane(WatchList& list) {
  for (;;) {
    renew(list);
    const auto next = schedule_.take(now());
    if (!next) {
      const auto at = std::min(schedule_.next_at(now()), clock_.steady() + kRenewal);
      co_await changed_->wait_until(clock_, at);
      continue;
    }
    WatchedChannel channel = channels_.at(*next);
    const auto outcome = co_await look(std::move(channel), list);
    schedule_.finished(*next, outcome, now());
    if (!schedule_.refused() && !std::exchange(refusal_, std::string()).empty())
      log::info("watch.youtube.answers_again");
    changed_->notify();
  }
}

void YoutubeWatcher::renew(WatchList& list) {
  if (!channels_.empty() && clock_.steady() < renewed_at_ + kRenewal) return;
  renewed_at_ = clock_.steady();
  std::vector<WatchTarget> ours;
  channels_.clear();
  for (WatchTarget& target : list.targets()) {
    if (target.channel.platform != "youtube") continue;
    if (youtube_live_path(target.channel).empty()) {
      if (nameless_.insert(target.channel.id).second)
        log::warn("watch.youtube.no_page", {{"channel", target.channel.id}, {"name", target.channel.name}});
      continue;
    }
    channels_[target.channel.id] = target.channel;
    ours.push_back(std::move(target));
  }
  schedule_.set(ours, now());
  const auto gone = [this](const auto& one) { return !channels_.contains(one); };
  std::erase_if(garbled_, [&](const auto& one) { return gone(one.first); });
  std::erase_if(gone_, [&](const auto& one) { return gone(one.first); });
  for (auto* ids : {&left_to_other_, &unreachable_, &signed_in_}) std::erase_if(*ids, gone);
  if (options_.memory) options_.memory->keep_signed_in(signed_in_);
  say_interval();
}

void YoutubeWatcher::say_interval() {
  const auto interval = schedule_.interval(now());
  const bool longer = interval > options_.interval;
  if (std::exchange(stretched_, longer) == longer || !longer) return;
  log::warn("watch.youtube.interval", {{"channels", channels_.size()},
                                       {"asked_s", in_seconds(options_.interval)},
                                       {"interval_s", in_seconds(interval)},
                                       {"requests_per_minute", options_.requests_per_minute}});
}

asio::awaitable<PollOutcome> YoutubeWatcher::look(WatchedChannel channel, WatchList& list) {
  const bool signed_in = signed_in_.contains(channel.id) && !channel.cookies_file.empty();
  const bool by_other = left_to_other_.contains(channel.id);
  const auto answer = co_await get_page(channel, signed_in);
  auto outcome = take(channel, look_at_youtube(channel, answer, signed_in), list);
  if (!signed_in) channel.cookies_file.clear();
  if (by_other && outcome.next_cost > 1) co_await ask_other(std::move(channel), list);
  co_return outcome;
}

Task<HttpResponse> YoutubeWatcher::get_page(WatchedChannel channel, bool signed_in) {
  std::string path = youtube_live_path(channel);
  for (int redirects = 0;; ++redirects) {
    const auto face = options_.face();
    HttpRequest request;
    request.url = options_.base_url + path;
    request.headers = {"User-Agent: " + face.user_agent, "Accept-Language: en"};
    if (signed_in) {
      request.cookies_file = channel.cookies_file;
    } else {
      request.headers.push_back("Cookie: " + face.consent_cookie);
    }
    request.proxy = channel.proxy;
    request.timeout = options_.timeout;
    request.max_bytes = kMostYoutubePageBytes;
    request.max_redirects = 0;  // each is a request, and counts
    auto answer = co_await http_.fetch(std::move(request));
    if (!answer || redirects == kMostRedirects) co_return answer;
    path = page::path_within(options_.base_url, answer->status, answer->header("location"));
    if (path.empty()) co_return answer;
    while (!schedule_.spend(clock_.steady()))
      co_await clock_.sleep_until(schedule_.spend_at(clock_.steady()));
  }
}

asio::awaitable<void> YoutubeWatcher::ask_other(WatchedChannel channel, WatchList& list) {
  const auto id = channel.id;
  auto seen = co_await options_.ask_other(std::move(channel));
  if (!seen) {
    log::debug("watch.youtube.other_failed", {{"channel", id}, {"error", seen.error().text}});
    co_return;
  }
  if (channels_.contains(id)) list.saw(*std::move(seen));
}

PollOutcome YoutubeWatcher::take(const WatchedChannel& channel, YoutubeLook look, WatchList& list) {
  if (look.kind != YoutubeLook::Kind::unreachable && look.kind != YoutubeLook::Kind::refused &&
      unreachable_.erase(channel.id) > 0 && unreachable_.empty()) {
    log::info("watch.youtube.reachable_again", {{"after", why_unreachable_}});
    why_unreachable_.clear();
  }
  switch (look.kind) {
    case YoutubeLook::Kind::told:
    case YoutubeLook::Kind::gone:
      return told(channel, std::move(look), list);
    case YoutubeLook::Kind::refused:
      return refused(look.error);
    case YoutubeLook::Kind::garbled:
      return garbled(channel, look.error);
    case YoutubeLook::Kind::unreachable:
      return unreachable(channel, look.error);
    case YoutubeLook::Kind::signs_in:
      break;
  }
  signed_in_.insert(channel.id);
  if (options_.memory) options_.memory->keep_signed_in(signed_in_);
  log::info("watch.youtube.signs_in",
            {{"channel", channel.id}, {"because", look.error.text}, {"cookies_file", channel.cookies_file}});
  PollOutcome outcome;
  outcome.kind = PollOutcome::Kind::again;
  return outcome;
}

// One page that is not there may be a slip of the other side: what is announced must not be taken back for
// it.
PollOutcome YoutubeWatcher::told(const WatchedChannel& channel, YoutubeLook look, WatchList& list) {
  understood(channel.id);
  PollOutcome outcome;
  outcome.upcoming = look.sighting.announced.has_value();
  if (outcome.upcoming) outcome.scheduled = look.sighting.announced->scheduled;
  outcome.poll_delay = look.poll_delay;
  const bool gone = look.kind == YoutubeLook::Kind::gone;
  if (!gone) gone_.erase(channel.id);
  const bool sure = !gone || ++gone_[channel.id] >= kGoneUntilTold;
  if (sure && channels_.contains(channel.id)) list.saw(std::move(look.sighting));
  return outcome;
}

void YoutubeWatcher::understood(const ChannelId& channel) {
  garbled_.erase(channel);
  if (left_to_other_.erase(channel) > 0 && left_to_other_.empty())
    log::info("watch.youtube.pages_understood");
}

PollOutcome YoutubeWatcher::garbled(const WatchedChannel& channel, const Error& error) {
  PollOutcome outcome;
  outcome.kind = PollOutcome::Kind::unreachable;
  if (++garbled_[channel.id] < kGarbledUntilOther) return outcome;
  if (left_to_other_.empty()) {
    log::error(
        "watch.youtube.pages_not_understood",
        {{"channel", channel.id},
         {"error", error.text},
         {"cure", options_.ask_other ? "yt-dlp is asked in their place, which costs a hundred times as much"
                                     : "look for a newer version of this program"}});
  }
  left_to_other_.insert(channel.id);
  outcome.kind = PollOutcome::Kind::told;
  if (options_.ask_other) outcome.next_cost = kRequestsWithOther;
  return outcome;
}

PollOutcome YoutubeWatcher::unreachable(const WatchedChannel& channel, const Error& error) {
  if (unreachable_.empty())
    log::warn("watch.youtube.unreachable", {{"channel", channel.id}, {"error", error.text}});
  unreachable_.insert(channel.id);
  why_unreachable_ = error.text;
  PollOutcome outcome;
  outcome.kind = PollOutcome::Kind::unreachable;
  outcome.retry_after = error.retry_after;
  return outcome;
}

PollOutcome YoutubeWatcher::refused(const Error& error) {
  if (refusal_.empty())
    log::error("watch.youtube.refused",
               {{"error", error.text},
                {"meanwhile", "nothing is asked for a while, a minute to a quarter of an hour"}});
  refusal_ = error.text;
  PollOutcome outcome;
  outcome.kind = PollOutcome::Kind::refused;
  outcome.retry_after = error.retry_after;
  return outcome;
}

std::vector<WatchReport> YoutubeWatcher::reports() const {
  if (channels_.empty()) return {};
  WatchReport report;
  report.platform = "youtube";
  report.channels = channels_.size();
  report.interval = schedule_.interval(now());
  if (report.interval > options_.interval)
    report.note = fmt::format(
        "youtube.requests_per_minute ({}) does not carry {} channels every {:g} s: each is looked at every "
        "{:.0f} s",
        options_.requests_per_minute, report.channels, in_seconds(options_.interval),
        in_seconds(report.interval));
  if (!left_to_other_.empty()) {
    report.note += report.note.empty() ? "" : "; ";
    report.note += fmt::format("the pages of {} channels cannot be understood{}", left_to_other_.size(),
                               options_.ask_other ? ": yt-dlp is asked" : "");
  }
  if (!refusal_.empty())
    report.trouble = refusal_;
  else if (unreachable_.size() == channels_.size())
    report.trouble = why_unreachable_;
  return {report};
}

}  // namespace rec
