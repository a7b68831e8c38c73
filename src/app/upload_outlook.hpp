// How fast an upload goes, and when it will be done: told from how far it was each time somebody looked.
// Pure.
#pragma once
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace rec {

class UploadOutlook {
 public:
  /// Nothing in the first seconds, and while nothing moves. What was there at the first look was sent before.
  std::optional<std::chrono::seconds> left(int part, std::uint64_t sent, std::uint64_t size, SteadyTime now) {
    if (part != part_ || sent < first_sent_) *this = UploadOutlook(part, sent, now);
    if (sent > newest_) moved_ = now;
    newest_ = sent;
    const double seconds = std::chrono::duration<double>(now - since_).count();
    if (sent <= first_sent_ || seconds < 5) return std::nullopt;
    const double speed = static_cast<double>(sent - first_sent_) / seconds;
    const double rest = size > sent ? static_cast<double>(size - sent) : 0;
    return std::chrono::seconds(static_cast<std::int64_t>(rest / speed));
  }
  /// Since when nothing has moved.
  [[nodiscard]] SteadyTime moved() const { return moved_; }

  UploadOutlook() = default;

 private:
  UploadOutlook(int part, std::uint64_t sent, SteadyTime now)
      : part_(part), first_sent_(sent), newest_(sent), since_(now), moved_(now) {}

  int part_ = 0;
  std::uint64_t first_sent_ = 0;
  std::uint64_t newest_ = 0;
  SteadyTime since_{};
  SteadyTime moved_{};
};

}  // namespace rec
