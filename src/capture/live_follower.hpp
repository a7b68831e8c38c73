// The coroutine behind follow_playlist: one playlist that is followed, perhaps a second one that is to take
// over, and the page that is asked when either is in doubt. Inside of this room only.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/better_quality.hpp"
#include "capture/incident.hpp"
#include "capture/intake.hpp"
#include "capture/playlist_load.hpp"
#include "capture/refusals.hpp"
#include "capture/reload_schedule.hpp"
#include "capture/take.hpp"

namespace rec::capture {

class LiveFollower {
 public:
  explicit LiveFollower(std::shared_ptr<Take> take);

  /// Returns when the Take has ended.
  asio::awaitable<void> run();

 private:
  /// A new session that is opened beside the one that is followed.
  struct Handover {
    std::vector<PlaylistSource> sources;  ///< the first is tried
    ReloadSchedule schedule;
    SteadyTime since;
    bool better = false;  ///< something wanted more than what is followed, which could go on
  };

  // Opening (live_follower_open.cpp).
  /// Until the first playlist is open, or the Take has ended.
  asio::awaitable<void> open();
  Task<Resolved> resolve_now();
  struct Opened {
    PlaylistSource source;
    LoadedPlaylist loaded;
  };
  /// What could not be opened is tried again, every two seconds; returns when something opens. Beside
  /// resolving the page and the pauses in between, either of which may take longer than a window is listed.
  asio::awaitable<Opened> reopened();
  /// Of a page whose broadcast is recorded in part: all of it from its beginning, as if it were another.
  [[nodiscard]] bool is_whole_replay(const PlaylistSource& source, const LoadedPlaylist& loaded) const;
  /// What cannot be resolved at the beginning: ends the Take, or says how long to wait.
  Millis on_not_resolved(const Error& error);
  /// Makes the first that loads the playlist that is followed. True also when that ended the Take.
  /// `reopening`: not one that has ended and been recorded whole; the broadcast may go on elsewhere.
  asio::awaitable<bool> open_first_of(std::vector<PlaylistSource> sources, bool reopening = false);
  asio::awaitable<void> adopt(PlaylistSource source, LoadedPlaylist loaded);
  asio::awaitable<void> on_resolution(Result<Resolved> resolution);
  /// What of a page's offers is wanted more than what is followed, the best first.
  std::vector<PlaylistSource> better_of(std::vector<PlaylistSource> offered);
  /// The new session takes over with its first segment that is no ad and is seen to go on where we are; or at
  /// once, when the old one gives out.
  asio::awaitable<void> try_handover();
  /// Can its newest segment be had? A playlist may be where its segments are not.
  Task<bool> gives(PlaylistSource source, MediaPlaylist playlist);
  /// When the page is asked for another URL although this one is well: before it expires.
  void plan_roll(std::optional<Instant> expires);

  // What loads bring.
  void on_loaded(LoadedPlaylist loaded);
  void on_load_failed(const LoadedPlaylist& loaded);
  void on_skew(Micros skew);
  /// Encoders that drop write EXT-X-ENDLIST, too, and come back under the same URL. What was never seen live
  /// is believed at once.
  void note_endlist(bool endlist);
  /// A playlist that answers, and never brings anything new, of a page that says nothing more than it does.
  void end_if_stale_for_ever();

  // Asking the page.
  void ask_the_page();
  asio::awaitable<void> wait_for_work();
  void on_refusal(const Error& error);

  // Ends.
  void end_take(EndReason reason, std::string text);
  /// Notes a refused URL in Take::refusals. True when that ended the Take.
  bool note_refusal(SteadyTime opened);
  /// The page is live, and only another backend may have it.
  void end_for_other_backend(EndReason reason, std::string text);
  void end_refused();
  void end_if_hopeless(const Error& error);

  [[nodiscard]] SteadyTime now() const { return take_->clock.steady(); }
  [[nodiscard]] const ChannelId& channel() const { return take_->request.channel; }
  [[nodiscard]] bool refused() const { return denied_ || take_->denied.several(); }
  [[nodiscard]] bool troubled() const;

  std::shared_ptr<Take> take_;
  Intake intake_;
  PlaylistSource source_;
  ReloadSchedule schedule_;
  Micros target_{std::chrono::seconds{6}};
  std::optional<Handover> handover_;

  SteadyTime opened_at_;      ///< the playlist that is followed
  SteadyTime last_progress_;  ///< something new, or another URL
  SteadyTime last_news_;      ///< something new
  SteadyTime last_answer_;    ///< a playlist that could be read
  std::optional<SteadyTime> answering_since_;
  std::optional<SteadyTime> endlist_since_;
  bool seen_live_ = false;
  bool gone_ = false;
  bool denied_ = false;
  std::optional<SteadyTime> skewed_at_;

  std::vector<PlaylistSource> unopened_;  ///< of the last resolution, while nothing has opened
  bool page_is_playlist_ = false;
  SteadyTime next_resolve_{};
  std::chrono::seconds resolve_pause_{0};
  std::optional<SteadyTime> roll_at_;
  LookSchedule looks_;
  bool rolling_ = false;  ///< the page is asked for another URL,
  bool looking_ = false;  ///< or for something better
  int offline_answers_ = 0;
  SteadyTime offline_since_{};  ///< the first of them
  int unreadable_answers_ = 0;
  Refusals refusals_;
  bool refusal_noted_ = false;  ///< of the playlist that is followed
  Incident opening_{"capture.playlist_not_opened", "capture.playlist_open_again"};
  Incident loading_{"capture.playlist_failed", "capture.playlist_answers_again"};
};

}  // namespace rec::capture
