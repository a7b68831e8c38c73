// Two playlists of one broadcast, picture and a separate audio rendition, recorded side by side into one
// sink.
#pragma once
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "capture/resolver.hpp"
#include "ports/recorder.hpp"
#include "runtime/clock.hpp"
#include "runtime/signal.hpp"

namespace rec::capture {

inline constexpr std::uint8_t kMainTrack = 0;
inline constexpr std::uint8_t kSoundTrack = 1;

/// The sink that both tracks end in: one call at a time, and picture only after the sound that lies before
/// it, so that a part which is cut there has all of its sound. Sound that lags more than kMostLag behind is
/// waited for no longer, until it has caught up.
class TrackMerge {
 public:
  static constexpr std::chrono::seconds kMostLag{10};

  TrackMerge(SegmentSink& sink, Clock& clock, const asio::any_io_executor& executor)
      : sink_(sink), clock_(clock), changed_(executor) {}

  /// A resolution told where the sound is; "" = nowhere else.
  void note(const Resolved& resolved);
  /// What note() heard last, unless it is older than `age`; handed out once.
  std::optional<Resolved> take_news(std::chrono::seconds age);
  [[nodiscard]] bool has_sound() const { return has_sound_; }
  /// From now on the picture waits for the sound, or no more.
  void sound_runs(bool runs);
  void main_ended();
  /// Until main_ended(), note() or sound_runs() is called.
  asio::awaitable<void> wait() { co_await changed_.wait(); }
  asio::awaitable<void> wait_until(SteadyTime when) { co_await changed_.wait_until(clock_, when); }
  [[nodiscard]] bool sound_running() const { return sound_runs_; }
  [[nodiscard]] bool main_over() const { return main_over_; }

  Task<> append(std::uint8_t track, SegmentInfo info, std::shared_ptr<SegmentDraft> draft);
  Task<> gap(Gap gap);
  /// What the sound lacks. Where the pictures lack the same it is no gap of its own; that shows when they
  /// have come as far, and then it is told, with the seconds that have pictures.
  Task<> sound_gap(Gap gap);
  /// At the end of the pictures: of the sound what is not told yet, and what never came.
  Task<> tell_missing_sound();
  Task<> playlist_opened(std::string url, Picture picture);
  std::shared_ptr<SegmentDraft> draft() { return sink_.draft(); }

  /// The newest sound segments that were appended, oldest first, to go on behind them.
  [[nodiscard]] std::vector<SegmentInfo> recent_sound() const { return {recent_.begin(), recent_.end()}; }
  void begin_with(const std::vector<SegmentInfo>& recent_sound);

 private:
  /// How far a track has come: by the wall clock of the playlist, and by the sum of its segments.
  struct Position {
    std::optional<Instant> time{};
    Micros sum{0};
  };
  struct Pictured {
    Position from;
    Micros length{0};
  };
  struct SoundHole {
    Gap gap;
    Position from;
  };
  class Turn;
  asio::awaitable<void> wait_for_sound(SegmentInfo info);
  [[nodiscard]] bool sound_is_behind(const SegmentInfo& picture) const;
  void advance(std::uint8_t track, const SegmentInfo& info);
  void note_picture(const SegmentInfo& info);
  [[nodiscard]] bool sound_ends_before(const SegmentInfo& picture) const;
  [[nodiscard]] Micros pictured(const SoundHole& hole) const;
  [[nodiscard]] bool passed(const SoundHole& hole) const;
  Task<> tell_passed_holes(bool all);

  SegmentSink& sink_;
  Clock& clock_;
  Signal changed_;
  bool busy_ = false;
  bool has_sound_ = false;
  bool sound_runs_ = false;
  bool sound_is_late_ = false;
  bool main_over_ = false;
  std::optional<Resolved> news_{};
  SteadyTime news_at_{};
  std::array<Position, 2> at_{};
  std::deque<SegmentInfo> recent_{};
  std::deque<SoundHole> holes_{};
  std::deque<Pictured> pictures_{};  ///< the newest
  Micros unheard_{0};  ///< of the pictures that came since the newest sound, those that it does not reach
};

/// What one track's recording sees of the merge.
class TrackSink final : public SegmentSink {
 public:
  TrackSink(std::shared_ptr<TrackMerge> merge, std::uint8_t track)
      : merge_(std::move(merge)), track_(track) {}
  Task<> playlist_opened(std::string url, Picture picture) override;
  std::shared_ptr<SegmentDraft> draft() override { return merge_->draft(); }
  Task<> append(SegmentInfo info, std::shared_ptr<SegmentDraft> draft) override;
  Task<> gap(Gap gap) override;

 private:
  std::shared_ptr<TrackMerge> merge_;
  std::uint8_t track_;
};

/// The page's resolver, as one track sees it.
class TrackResolver final : public Resolver {
 public:
  TrackResolver(Resolver& page, std::shared_ptr<TrackMerge> merge, std::uint8_t track)
      : page_(page), merge_(std::move(merge)), track_(track) {}
  Task<Resolved> resolve(ResolveRequest request) override;

 private:
  Resolver& page_;
  std::shared_ptr<TrackMerge> merge_;
  std::uint8_t track_;
};

}  // namespace rec::capture
