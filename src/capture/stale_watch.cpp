// Patience and content for windows that look stale.
#include "capture/stale_watch.hpp"

#include <algorithm>

namespace rec::capture {
namespace {

constexpr std::chrono::seconds kMovingSince{30};

}  // namespace

void StaleWatch::note(bool stale, const Window& window, SteadyTime now) {
  if (!stale) {
    *this = StaleWatch();
    return;
  }
  if (!since_) since_ = now;
  if (window.segments.back().sequence != back_) ++moves_;
  back_ = window.segments.back().sequence;
}

bool StaleWatch::believed(SteadyTime now) const {
  return since_ && (new_content_ || (moves_ > 2 && now - *since_ > kMovingSince));
}

std::optional<std::size_t> StaleWatch::question(const Window& window, const ContentMemory& content) {
  if (!since_ || new_content_ || window.segments.empty()) return std::nullopt;
  const auto& last = window.segments.back();
  const bool timed = std::any_of(window.segments.begin(), window.segments.end(),
                                 [](const WindowSegment& one) { return one.program_date_time.has_value(); });
  if (timed || last.identity == asked_ || !content.hash_of(last.identity)) return std::nullopt;
  asked_ = last.identity;
  return window.segments.size() - 1;
}

}  // namespace rec::capture
