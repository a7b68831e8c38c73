// What ffmpeg says of the segments that it opens while yt-dlp records with it, and what is missing of them by
// that. Pure.
//
// A run begins three segments before the end of the playlist. If it opens one that the run before had,
// nothing is missing; else numbers in the names tell how many are, as they do on YouTube, and where names
// have none, the clock does, give or take a segment. ffmpeg itself says what it had to skip.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/segment.hpp"

namespace rec::capture {

class SegmentTrail {
 public:
  struct Missing {
    Micros duration{0};  ///< 0: not known
    GapCause cause = GapCause::window_slid;
  };

  /// Another ffmpeg is started, and goes on behind what was opened so far.
  void begin_run();
  /// Nothing is known of what was opened, only that the newest of it is this old.
  void go_on_from(SteadyTime newest);
  /// A line of its output. Returns what is missing before what it opens with it.
  std::optional<Missing> read(std::string_view line, SteadyTime now);

  /// This run opened segments one by one: that there were any is what can be judged by.
  [[nodiscard]] bool told() const { return opened_in_run_ > 0; }
  /// When the newest one was opened.
  [[nodiscard]] std::optional<SteadyTime> newest() const { return newest_; }

 private:
  /// The segments of one folder: picture and sound may have one each.
  struct Pace {
    std::string newest;  ///< its identity
    SteadyTime third_at{};
    SteadyTime newest_at{};
    int opened = 0;  ///< in this run
  };
  std::optional<Missing> opened(std::string_view url, SteadyTime now);
  [[nodiscard]] std::optional<Missing> missing_before(const std::string& identity, SteadyTime now) const;
  void note(const std::string& identity, SteadyTime now);

  std::deque<std::string> seen_;
  std::map<std::string, Pace, std::less<>> paces_;  ///< by folder
  std::optional<SteadyTime> newest_;
  Micros length_{0};     ///< of a segment, 0 = not known yet
  std::string context_;  ///< ffmpeg's name for the run's first playlist
  int opened_in_run_ = 0;
};

}  // namespace rec::capture
