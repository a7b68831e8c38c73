// Is a window that looks older than the cursor a lagging edge, or an encoder that began anew under the same
// names? Pure; the fetching that an answer may need is the caller's.
#pragma once
#include <optional>
#include <string>

#include "capture/content_memory.hpp"
#include "capture/planner.hpp"

namespace rec::capture {

/// An edge repeats the same old window or catches up soon; an encoder goes on. What carries no time can be
/// told at once by content: the same name with other bytes is another segment. Else by patience: a window
/// that has moved for half a minute is believed.
class StaleWatch {
 public:
  /// For each window, with what its plan said.
  void note(bool stale, const Window& window, SteadyTime now);
  /// PlanOptions::believe_stale for the next window.
  [[nodiscard]] bool believed(SteadyTime now) const;

  /// Index of the segment of a stale window whose bytes would settle it; each is asked for once.
  [[nodiscard]] std::optional<std::size_t> question(const Window& window, const ContentMemory& content);
  /// Its bytes are not those that were recorded under its name.
  void is_new() { new_content_ = true; }

 private:
  std::optional<SteadyTime> since_;
  std::int64_t back_ = -1;
  int moves_ = 0;
  std::string asked_;
  bool new_content_ = false;
};

}  // namespace rec::capture
