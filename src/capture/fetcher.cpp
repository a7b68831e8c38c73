// One segment from its first try to ready or lost.
#include "capture/fetcher.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "capture/segment_bytes.hpp"
#include "capture/segment_check.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

constexpr int kSuspectsUntilAccepted = 3;
constexpr Millis kFirstPause{250};
constexpr Millis kLongestFetchPause{2'000};
constexpr Millis kLongestPatience{30'000};  ///< with a Retry-After
constexpr Millis kDiskPause{1'000};
/// A playlist may list for hours what its server will never give: the others must not wait for it that long.
constexpr std::chrono::minutes kLongestTrying{5};
/// Hardly a server keeps for longer what its playlist has dropped; a disk that is full for hours must not
/// have them all wait.
constexpr std::chrono::minutes kLongestUnlisted{5};
constexpr int kFewestTries = 2;
constexpr std::chrono::seconds kOthersCame{10};  ///< after its first try: then it is not the line

class SegmentFetch {
 public:
  SegmentFetch(std::shared_ptr<Take> take, std::shared_ptr<QueuedSegment> segment)
      : take_(std::move(take)), segment_(std::move(segment)) {}

  asio::awaitable<void> run() {
    const auto first_try = take_->clock.steady();
    auto pause = kFirstPause;
    while (true) {
      co_await quiet_is_over();
      auto draft = co_await attempt();
      if (draft) {
        take_->disk_full.over(take_->request.channel);
        co_return deliver(*std::move(draft), false);
      }
      const auto error = std::move(draft).error();
      ++tries_;
      if (error.code == Errc::denied) take_->denied.note(*segment_, nothing_comes());
      if (error.code == Errc::no_space) take_->disk_full.failed(take_->request.channel, error.text);
      if (error.code == Errc::rate_limited && error.retry_after) note_quiet(*error.retry_after);
      if (suspects_ >= kSuspectsUntilAccepted) co_return deliver(std::move(best_), true);
      if (is_over(error, first_try) || is_dead(error, first_try)) co_return give_up(error);
      co_await take_->clock.sleep(pause_after(error, pause));
      pause = std::min(2 * pause, kLongestFetchPause);
    }
  }

 private:
  /// All fetchers leave a host alone that said how long.
  void note_quiet(Millis time) {
    auto& until = take_->quiet_until[host_of(segment_->url)];
    until = std::max(until, take_->clock.steady() + std::min(time, kLongestPatience));
  }
  asio::awaitable<void> quiet_is_over() {
    while (true) {
      const auto found = take_->quiet_until.find(host_of(segment_->url));
      if (found == take_->quiet_until.end()) co_return;
      if (found->second <= take_->clock.steady()) {
        take_->quiet_until.erase(found);
        co_return;
      }
      co_await take_->clock.sleep_until(found->second);
    }
  }

  [[nodiscard]] bool nothing_comes() const {
    return !take_->last_came || take_->clock.steady() - *take_->last_came > 2 * take_->linger;
  }

  /// Unlisted, and its time has run out. What was first tried long after that is not waited for again when
  /// the server says that it is gone: behind a pause there are hundreds of them, and what comes now would be
  /// gone as well by its turn.
  [[nodiscard]] bool is_over(const Error& error, SteadyTime first_try) const {
    if (!segment_->unlisted_since || tries_ < kFewestTries) return false;
    const auto now = take_->clock.steady();
    const auto unlisted = *segment_->unlisted_since;
    if (error.code == Errc::no_space) return now >= unlisted + kLongestUnlisted;
    const bool answered =
        error.code == Errc::not_found || error.code == Errc::denied || error.code == Errc::corrupt;
    return now >= (answered ? unlisted : std::max(unlisted, first_try)) + linger(error);
  }

  /// The server says that it has nothing, or has given others meanwhile.
  [[nodiscard]] bool is_dead(const Error& error, SteadyTime first_try) const {
    if (take_->clock.steady() - first_try < kLongestTrying) return false;
    if (segment_->disk_refused || error.code == Errc::no_space) return false;
    if (error.code == Errc::not_found || error.code == Errc::corrupt) return true;
    return take_->last_came && *take_->last_came >= first_try + kOthersCame;
  }

  [[nodiscard]] Millis linger(const Error& error) const {
    const bool unreachable = error.code == Errc::unavailable || error.code == Errc::timed_out;
    return unreachable ? std::max(take_->linger, take_->last_linger) : take_->linger;
  }

  [[nodiscard]] Millis pause_after(const Error& error, Millis pause) const {
    if (error.code == Errc::no_space) return kDiskPause;
    const Millis asked = std::min(error.retry_after.value_or(Millis{0}), kLongestPatience);
    return std::chrono::ceil<Millis>(own_pause(pause, asked, take_->spread));
  }

  Task<std::shared_ptr<SegmentDraft>> attempt() {
    const bool fragmented = segment_->map.has_value();
    if (fragmented) {
      REC_CO_TRY(init_, co_await fetch_init(take_, segment_));
    } else {
      init_.reset();
    }
    REC_CO_TRY(auto draft, co_await fetch_media(take_, segment_));
    const auto look = look_at_body(draft->head(), draft->bytes(), fragmented);
    if (look == BodyLook::good) co_return draft;
    if (look == BodyLook::useless)
      co_return fail(Errc::corrupt,
                     draft->bytes() == 0 ? "segment is empty" : "a page came instead of a segment");
    ++suspects_;
    if (!best_ || draft->bytes() > best_->bytes()) best_ = std::move(draft);
    co_return fail(Errc::corrupt, "segment does not look like media");
  }

  void deliver(std::shared_ptr<SegmentDraft> draft, bool suspect) {
    take_->last_came = take_->clock.steady();
    take_->denied.came();
    segment_->info.suspect = suspect;
    segment_->draft = std::move(draft);
    segment_->init = init_;
    segment_->state = QueuedSegment::State::ready;
  }

  void give_up(const Error& error) {
    if (best_) return deliver(std::move(best_), true);
    log::warn(
        "segment.lost",
        {{"channel", take_->request.channel}, {"sequence", segment_->info.sequence}, {"why", error.text}});
    segment_->state = QueuedSegment::State::lost;
  }

  std::shared_ptr<Take> take_;
  std::shared_ptr<QueuedSegment> segment_;
  std::shared_ptr<const std::string> init_;
  std::shared_ptr<SegmentDraft> best_;
  int suspects_ = 0;
  int tries_ = 0;
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
