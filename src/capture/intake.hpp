// Takes in the windows of the playlist that is followed: has each planned, queues what is new, remembers what
// was seen. Decision thread only.
#pragma once
#include <memory>

#include "capture/planner.hpp"
#include "capture/stale_watch.hpp"
#include "capture/take.hpp"

namespace rec::capture {

class Intake {
 public:
  /// Begins behind CaptureRequest::recent.
  explicit Intake(std::shared_ptr<Take> take);

  struct News {
    bool changed = false;
    bool stale = false;
    Micros skew{0};  ///< Plan::skew
  };
  News accept(const MediaPlaylist& playlist);
  /// Fetches the segment whose bytes settle a stale window. True when they did: the next window is worth
  /// loading at once.
  asio::awaitable<bool> settle();

  /// Has nothing that was not taken in.
  [[nodiscard]] bool knows_all_of(const MediaPlaylist& playlist) const;
  /// Something was taken in, and nothing of it is in there.
  [[nodiscard]] bool knows_nothing_of(const MediaPlaylist& playlist) const;
  /// By name or time it is known that `playlist` continues what was taken in before the ads that came last,
  /// and that nothing lies between.
  [[nodiscard]] bool goes_on_in(const MediaPlaylist& playlist) const;
  /// Forgets those ads: what they hid is in the next window.
  void take_back_ads() { cursor_ = without_open_ad(std::move(cursor_)); }

  /// The windows that come now are of another URL of the same page.
  void url_changed() { other_url_ = true; }

  /// No window will come any more.
  void close();

 private:
  void tell_untold_break(Plan& planned, const Window& window, SteadyTime news_at, SteadyTime now) const;
  [[nodiscard]] std::optional<Micros> since_newest() const;
  void enqueue(const PlanItem& item, const MediaPlaylist& playlist);
  void question(const Window& window, const MediaPlaylist& playlist);

  std::shared_ptr<Take> take_;
  Cursor cursor_;
  std::optional<SteadyTime> news_at_;  ///< when a window brought something that is new
  bool other_url_ = false;             ///< and nothing has come by it
  StaleWatch stale_;
  std::shared_ptr<QueuedSegment> questioned_;
};

/// What a new session shows before its first segment that is no ad is left out, and everything while it shows
/// nothing but ads.
void drop_up_to_last_ad(MediaPlaylist& playlist);

}  // namespace rec::capture
