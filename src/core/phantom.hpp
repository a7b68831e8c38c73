// Is a file that yt-dlp recorded a phantom: a short piece, or the end of the one before once more, that a
// platform serves after a broadcast's end? Pure. The keys of recording.phantom_filter.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace rec {

struct PhantomRules {
  bool enabled = true;
  Millis min_duration = std::chrono::seconds(60);
  std::uint64_t min_bytes = 50ULL << 20U;
  bool duplicate_check = true;
  std::uint64_t duplicate_window = 8ULL << 20U;  ///< bytes of media that are compared before the rest is
  bool ask_platform = true;                      ///< on Twitch: only what came when it was offline
  bool only_on_continuation = true;              ///< never a session's first file
  bool operator==(const PhantomRules&) const = default;
};

/// What is known of the file.
struct FileFacts {
  Millis duration{0};  ///< 0 = not known
  std::uint64_t bytes = 0;
  bool repeats = false;       ///< all of it is the end of the file before
  bool continuation = false;  ///< the session has footage from before it
  bool twitch = false;
  std::optional<bool> live{};  ///< what the platform said last of the channel
};

/// Why it is one; nothing: it is footage. A platform that could not be asked is no reason to drop anything.
std::optional<std::string> phantom_reason(const FileFacts& file, const PhantomRules& rules);

}  // namespace rec
