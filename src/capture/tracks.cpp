#include "capture/tracks.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kRecentSound = 200;
constexpr std::size_t kRecentPictures = 2'000;
/// Sound and pictures of one moment do not end at the same microsecond.
constexpr Micros kLeastUnheard = std::chrono::seconds(2);
/// A resolution that one track has just asked for serves the other, too.
constexpr std::chrono::seconds kFreshEnough{30};

}  // namespace

/// One call of the sink at a time.
class TrackMerge::Turn {
 public:
  explicit Turn(TrackMerge& merge) : merge_(merge) { merge_.busy_ = true; }
  ~Turn() {
    merge_.busy_ = false;
    merge_.changed_.notify();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  TrackMerge& merge_;
};

void TrackMerge::note(const Resolved& resolved) {
  has_sound_ = !resolved.audio_playlist_url.empty();
  news_ = resolved;
  news_at_ = clock_.steady();
  changed_.notify();
}

std::optional<Resolved> TrackMerge::take_news(std::chrono::seconds age) {
  auto news = std::exchange(news_, std::nullopt);
  if (news && clock_.steady() - news_at_ > age) news.reset();
  return news;
}

void TrackMerge::sound_runs(bool runs) {
  sound_runs_ = runs;
  sound_is_late_ = false;
  changed_.notify();
}

void TrackMerge::begin_with(const std::vector<SegmentInfo>& recent_sound) {
  recent_.assign(recent_sound.begin(), recent_sound.end());
  if (recent_.empty() || !recent_.back().program_date_time) return;
  const SegmentInfo& last = recent_.back();
  at_[kSoundTrack].time = *last.program_date_time + std::chrono::ceil<Millis>(last.duration);
}

void TrackMerge::main_ended() {
  main_over_ = true;
  changed_.notify();
}

bool TrackMerge::sound_is_behind(const SegmentInfo& picture) const {
  const Position& sound = at_[kSoundTrack];
  if (picture.program_date_time && sound.time) return *sound.time < *picture.program_date_time;
  return sound.sum < at_[kMainTrack].sum;
}

asio::awaitable<void> TrackMerge::wait_for_sound(SegmentInfo info) {
  const SteadyTime patience_ends = clock_.steady() + kMostLag;
  while (sound_runs_ && sound_is_behind(info)) {
    if (sound_is_late_) co_return;
    if (clock_.steady() >= patience_ends) {
      sound_is_late_ = true;
      log::warn("sound.lags", {{"sequence", info.sequence}});
      co_return;
    }
    co_await changed_.wait_until(clock_, patience_ends);
  }
  sound_is_late_ = false;
}

// Before the pictures advance.
void TrackMerge::note_picture(const SegmentInfo& info) {
  Position at = at_[kMainTrack];
  at.time = info.program_date_time;
  pictures_.push_back({at, info.duration});
  if (pictures_.size() > kRecentPictures) pictures_.pop_front();
  if (has_sound_ && sound_ends_before(info)) unheard_ += info.duration;
}

bool TrackMerge::sound_ends_before(const SegmentInfo& picture) const {
  const Position& sound = at_[kSoundTrack];
  const Micros end = picture.duration - kLeastUnheard / 2;
  if (picture.program_date_time && sound.time) return *sound.time < *picture.program_date_time + end;
  return sound.sum < at_[kMainTrack].sum + end;
}

/// How much of it has pictures.
Micros TrackMerge::pictured(const SoundHole& hole) const {
  const auto overlap = [&](auto from, auto hole_from, Micros length) {
    const auto begins = std::max<decltype(from)>(from, hole_from);
    const auto ends = std::min<decltype(from)>(from + length, hole_from + hole.gap.duration);
    return std::max(std::chrono::duration_cast<Micros>(ends - begins), Micros{0});
  };
  Micros all{0};
  for (const Pictured& picture : pictures_) {
    const bool timed = hole.from.time && picture.from.time;
    all += timed ? overlap(*picture.from.time + Micros{0}, *hole.from.time + Micros{0}, picture.length)
                 : overlap(picture.from.sum, hole.from.sum, picture.length);
  }
  return std::min(all, hole.gap.duration);
}

bool TrackMerge::passed(const SoundHole& hole) const {
  const Position& picture = at_[kMainTrack];
  if (hole.from.time && picture.time) return *picture.time >= *hole.from.time + hole.gap.duration;
  return picture.sum >= hole.from.sum + hole.gap.duration;
}

void TrackMerge::advance(std::uint8_t track, const SegmentInfo& info) {
  if (info.init) return;
  if (track == kMainTrack) note_picture(info);
  if (track == kSoundTrack) unheard_ = Micros{0};
  Position& at = at_[track];
  at.sum += info.duration;
  if (info.program_date_time) at.time = *info.program_date_time + std::chrono::ceil<Millis>(info.duration);
  if (track != kSoundTrack) return;
  recent_.push_back(info);
  if (recent_.size() > kRecentSound) recent_.pop_front();
}

Task<> TrackMerge::append(std::uint8_t track, SegmentInfo info, std::shared_ptr<SegmentDraft> draft) {
  if (track == kMainTrack) co_await wait_for_sound(info);
  while (busy_) co_await changed_.wait();
  const Turn turn(*this);
  info.track = track;
  REC_CO_CHECK(co_await sink_.append(info, std::move(draft)));
  advance(track, info);
  if (track == kMainTrack) REC_CO_CHECK(co_await tell_passed_holes(false));
  co_return Result<void>();
}

Task<> TrackMerge::sound_gap(Gap gap) {
  while (busy_) co_await changed_.wait();
  const Turn turn(*this);
  gap.cause = GapCause::sound;
  Position& at = at_[kSoundTrack];
  holes_.push_back({gap, at});
  at.sum += gap.duration;
  if (at.time) *at.time += std::chrono::ceil<Millis>(gap.duration);
  co_return co_await tell_passed_holes(false);
}

Task<> TrackMerge::tell_passed_holes(bool all) {
  while (!holes_.empty() && (all || passed(holes_.front()))) {
    SoundHole hole = std::move(holes_.front());
    holes_.pop_front();
    hole.gap.duration = pictured(hole);
    if (hole.gap.duration == Micros{0}) continue;
    REC_CO_CHECK(co_await sink_.gap(std::move(hole.gap)));
  }
  co_return Result<void>();
}

Task<> TrackMerge::tell_missing_sound() {
  while (busy_) co_await changed_.wait();
  const Turn turn(*this);
  REC_CO_CHECK(co_await tell_passed_holes(true));
  Gap never;
  never.duration = std::exchange(unheard_, Micros{0});
  if (never.duration < kLeastUnheard) co_return Result<void>();
  never.cause = GapCause::sound;
  if (!recent_.empty()) {
    never.epoch = recent_.back().epoch;
    never.from_sequence = never.to_sequence = recent_.back().sequence + 1;
  }
  log::warn("sound.missing",
            {{"cause", "it never came"}, {"seconds", std::chrono::duration<double>(never.duration).count()}});
  co_return co_await sink_.gap(std::move(never));
}

Task<> TrackMerge::gap(Gap gap) {
  while (busy_) co_await changed_.wait();
  const Turn turn(*this);
  at_[kMainTrack].sum += gap.duration;
  co_return co_await sink_.gap(std::move(gap));
}

Task<> TrackMerge::playlist_opened(std::string url, Picture picture) {
  while (busy_) co_await changed_.wait();
  const Turn turn(*this);
  co_return co_await sink_.playlist_opened(std::move(url), picture);
}

Task<> TrackSink::playlist_opened(std::string url, Picture picture) {
  if (track_ == kMainTrack) co_return co_await merge_->playlist_opened(std::move(url), picture);
  merge_->sound_runs(true);
  co_return Result<void>();
}

Task<> TrackSink::append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) {
  co_return co_await merge_->append(track_, std::move(info), std::move(draft));
}

Task<> TrackSink::gap(Gap gap) {
  if (track_ == kMainTrack) co_return co_await merge_->gap(std::move(gap));
  log::warn("sound.missing", {{"cause", word(gap.cause)},
                              {"seconds", std::chrono::duration<double>(gap.duration).count()},
                              {"from", gap.from_sequence},
                              {"to", gap.to_sequence}});
  co_return co_await merge_->sound_gap(std::move(gap));
}

Task<Resolved> TrackResolver::resolve(ResolveRequest request) {
  if (track_ == kMainTrack) {
    REC_CO_TRY(auto resolved, co_await page_.resolve(std::move(request)));
    merge_->note(resolved);
    co_return resolved;
  }
  auto news = merge_->take_news(kFreshEnough);
  if (!news) {
    REC_CO_TRY(news, co_await page_.resolve(std::move(request)));
  }
  if (news->audio_playlist_url.empty())
    co_return fail(Errc::unavailable, "the sound is with the picture now");
  news->media_playlist_url = std::move(news->audio_playlist_url);
  news->fallback_urls = std::move(news->fallback_audio_urls);
  std::erase(news->fallback_urls, "");
  news->picture = {};
  news->fallback_pictures.clear();
  co_return *std::move(news);
}

}  // namespace rec::capture
