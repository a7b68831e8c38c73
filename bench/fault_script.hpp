// A live broadcast with a script of what goes wrong with it: 2-second segments of which every frame carries
// its number, a window of six, an ENDLIST with the last one. A scenario replaces the parts of the script it
// is about.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sim/origin/origin.hpp"

namespace rec::bench {

constexpr double kSegmentSeconds = 2;
constexpr std::size_t kWindow = 6;
constexpr int kFps = 25;

using Bytes = std::shared_ptr<const std::string>;

/// One line of a playlist.
struct Listed {
  std::size_t segment = 0;
  std::string uri{};     ///< as it stands in the playlist, query included
  std::string before{};  ///< tags before its EXTINF, each with its line end
};

struct Script {
  /// What a playlist lists while so many segments are complete; by default the window's, by name and number.
  std::function<std::string(const Script&, std::size_t done)> playlist{};
  /// Bytes of a path that is no segment's; null: 404.
  std::function<Bytes(const Script&, const std::string& path, std::size_t done)> other{};
  /// Strikes the playlist's answers; `reload` counts them from 0.
  std::function<void(const Script&, std::size_t reload, const sim::HttpQuery&, sim::HttpAnswer&)>
      harm_playlist{};
  /// Strikes a segment's answers; `attempt` counts them from 0.
  std::function<void(const Script&, std::size_t segment, std::size_t attempt, const sim::HttpQuery&,
                     sim::HttpAnswer&)>
      harm_segment{};
  /// Strikes any answer; `request` counts them from 0.
  std::function<void(const Script&, std::size_t request, const sim::HttpQuery&, sim::HttpAnswer&)> harm_any{};
  std::vector<Bytes> media{};
  double listed_after_end = 0;  ///< seconds that it goes on to be live once the last segment is complete
  std::string elsewhere{};      ///< URL of a second server that has the segments

  [[nodiscard]] double elapsed() const;  ///< seconds since the first segment was complete
  [[nodiscard]] bool over() const;
  /// When the segment came to be listed, on the scale of elapsed().
  [[nodiscard]] static double listed_at(std::size_t segment) {
    return static_cast<double>(segment) * kSegmentSeconds;
  }
  [[nodiscard]] std::string render(std::size_t first_number, const std::vector<Listed>& list,
                                   bool endlist) const;
  /// The default playlist; numbers begin at `first_number`, names are `prefix`, the segment's index, ".ts".
  [[nodiscard]] std::string window(std::size_t done, std::size_t first_number = 0,
                                   const std::string& query = "") const;

  SteadyTime begun{std::chrono::steady_clock::now()};
};

/// A script on a server of its own.
class FaultStage {
 public:
  explicit FaultStage(Script script);
  [[nodiscard]] std::string url() const { return origin_.url("/live/index.m3u8"); }

 private:
  sim::HttpAnswer answer(const sim::HttpQuery& query);
  sim::HttpAnswer plain(const sim::HttpQuery& query, std::size_t done);

  Script script_;
  // On the servers' threads, one of which may be the other's.
  std::mutex mutex_;
  std::size_t reloads_ = 0;
  std::size_t requests_ = 0;
  std::vector<std::size_t> attempts_;
  sim::Origin elsewhere_;
  sim::Origin origin_;
};

}  // namespace rec::bench
