// What the newest recorded segments contain, by hash: names and numbers can be given anew, bytes cannot.
// Pure.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/segment.hpp"

namespace rec::capture {

/// Hashes are XXH3 of the bytes.
class ContentMemory {
 public:
  /// A replayed tail is at most this long.
  static constexpr std::size_t kReplayed = 12;

  /// `info` begins an epoch, or goes on with what has been replay from its epoch's beginning, and its bytes
  /// are those of one of the last kReplayed segments: an edge that repeats the end under new numbers.
  [[nodiscard]] bool is_replay(const SegmentInfo& info, std::uint64_t hash) const;
  /// For each media segment that was recorded, in order.
  void remember(const SegmentInfo& info, std::uint64_t hash);
  /// Of the newest segment of that identity; nothing when it is forgotten or was recorded as suspect.
  [[nodiscard]] std::optional<std::uint64_t> hash_of(std::string_view identity) const;

 private:
  static constexpr std::size_t kKept = 200;
  struct Kept {
    std::string identity;
    std::uint32_t epoch;
    bool suspect;
    std::uint64_t hash;
  };
  std::deque<Kept> kept_;
};

}  // namespace rec::capture
