// One segment from its first try to ready or lost.
#include "capture/fetcher.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "capture/segment_check.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kMaxSegmentBytes = 128U << 20U;
constexpr int kSuspectsUntilAccepted = 3;
constexpr Millis kFirstPause{250};
constexpr Millis kLongestPause{2'000};
constexpr Millis kLongestPatience{30'000};  ///< with a Retry-After
constexpr std::size_t kInitsKept = 16;
constexpr std::chrono::seconds kInitDuration{4};  ///< sets its timeout

std::string range_text(const ByteRange& range) {
  return fmt::format("{}-{}", range.offset, range.offset + range.length - 1);
}

std::string map_key(const MapSection& map) {
  return map.range ? map.url + " " + range_text(*map.range) : map.url;
}

/// A server may answer a Range with all of the file.
Result<std::string> cut_to_range(HttpResponse response, const std::optional<ByteRange>& range) {
  if (!range) return std::move(response.body);
  if (response.status != 206) {
    if (response.body.size() < range->offset + range->length)
      return fail(Errc::corrupt, "segment file is shorter than its byte range");
    return response.body.substr(range->offset, range->length);
  }
  if (response.body.size() != range->length)
    return fail(Errc::corrupt, "another length came than the byte range has");
  return std::move(response.body);
}

Task<std::string> fetch_bytes(std::shared_ptr<Take> take, std::string url, std::optional<ByteRange> range,
                              Micros duration) {
  auto request = take->get(std::move(url));
  if (range) request.range = range_text(*range);
  request.timeout =
      std::clamp(std::chrono::duration_cast<Millis>(4 * duration), Millis{10'000}, Millis{30'000});
  request.max_bytes = kMaxSegmentBytes;
  REC_CO_TRY(auto response, co_await take->http.fetch(std::move(request)));
  if (response.status / 100 != 2) co_return fail(http_error(response, "segment"));
  co_return cut_to_range(std::move(response), range);
}

/// Playlists that rotate tokens list the same section under ever newer URLs.
std::shared_ptr<Take::Init> init_entry(Take& take, const MapSection& map) {
  auto& entry = take.inits[map_key(map)];
  if (!entry) entry = std::make_shared<Take::Init>();
  auto kept = entry;
  for (auto it = take.inits.begin(); take.inits.size() > kInitsKept && it != take.inits.end();)
    it = it->second != kept && !it->second->busy ? take.inits.erase(it) : std::next(it);
  return kept;
}

/// Several segments stand behind one map: it is fetched once, and the others wait for it.
Task<std::shared_ptr<const std::string>> init_of(std::shared_ptr<Take> take, MapSection map) {
  const auto init = init_entry(*take, map);
  while (!init->body && init->busy) co_await take->changed.wait();
  if (init->body) co_return init->body;
  init->busy = true;
  struct Release {
    std::shared_ptr<Take> take;
    std::shared_ptr<Take::Init> init;
    ~Release() {
      init->busy = false;
      take->changed.notify();
    }
  };
  const Release release{take, init};
  auto body = co_await fetch_bytes(take, map.url, map.range, kInitDuration);
  if (!body) co_return fail(std::move(body).error().in("initialization section"));
  if (look_at_body(*body, true) == BodyLook::useless)
    co_return fail(Errc::corrupt, "initialization section is empty or a page");
  init->body = std::make_shared<const std::string>(*std::move(body));
  co_return init->body;
}

class SegmentFetch {
 public:
  SegmentFetch(std::shared_ptr<Take> take, std::shared_ptr<QueuedSegment> segment)
      : take_(std::move(take)), segment_(std::move(segment)) {}

  asio::awaitable<void> run() {
    const auto first_try = take_->clock.steady();
    auto pause = kFirstPause;
    while (true) {
      auto body = co_await attempt();
      if (body) co_return deliver(*std::move(body), false);
      const auto error = std::move(body).error();
      if (error.code == Errc::denied) ++take_->denied_segments;
      if (suspects_ >= kSuspectsUntilAccepted) co_return deliver(std::move(best_), true);
      const auto& unlisted = segment_->unlisted_since;
      if (unlisted && take_->clock.steady() >= std::max(*unlisted, first_try) + take_->linger)
        co_return give_up(error);
      co_await take_->clock.sleep(
          std::max(pause, std::min(error.retry_after.value_or(Millis{0}), kLongestPatience)));
      pause = std::min(2 * pause, kLongestPause);
    }
  }

 private:
  Task<std::string> attempt() {
    const auto map = segment_->map;
    if (map) {
      REC_CO_TRY(init_, co_await init_of(take_, *map));
    } else {
      init_.reset();
    }
    REC_CO_TRY(auto body,
               co_await fetch_bytes(take_, segment_->url, segment_->range, segment_->info.duration));
    const auto look = look_at_body(body, map.has_value());
    if (look == BodyLook::good) co_return body;
    if (look == BodyLook::useless)
      co_return fail(Errc::corrupt, body.empty() ? "segment is empty" : "a page came instead of a segment");
    ++suspects_;
    if (body.size() > best_.size()) best_ = std::move(body);
    co_return fail(Errc::corrupt, "segment does not look like media");
  }

  void deliver(std::string body, bool suspect) {
    segment_->info.suspect = suspect;
    segment_->body = std::move(body);
    segment_->init = init_;
    segment_->state = QueuedSegment::State::ready;
  }

  void give_up(const Error& error) {
    if (!best_.empty()) return deliver(std::move(best_), true);
    log::warn(
        "segment.lost",
        {{"channel", take_->request.channel}, {"sequence", segment_->info.sequence}, {"why", error.text}});
    segment_->failure = error.text;
    segment_->state = QueuedSegment::State::lost;
  }

  std::shared_ptr<Take> take_;
  std::shared_ptr<QueuedSegment> segment_;
  std::shared_ptr<const std::string> init_;
  std::string best_;
  int suspects_ = 0;
};

}  // namespace

asio::awaitable<void> fetch_segments(std::shared_ptr<Take> take) {
  while (true) {
    auto segment = take->queue.next_to_fetch();
    if (!segment) {
      co_await take->changed.wait();
      continue;
    }
    segment->state = QueuedSegment::State::fetching;
    SegmentFetch fetch(take, std::move(segment));
    co_await fetch.run();
    take->changed.notify();
  }
}

}  // namespace rec::capture
