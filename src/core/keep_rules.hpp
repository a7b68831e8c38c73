// Which finished files may go (recording.keep). Pure. What is not posted is never among them.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace rec {

/// A finished part whose file is there.
struct KeptPart {
  SessionId session;
  int number = 0;
  std::uint64_t bytes = 0;
  std::optional<Instant> posted_at{};  ///< unset: it is not posted
  bool operator==(const KeptPart&) const = default;
};

/// Those that must go for all together to be within `size`, the oldest posted first; the fewest that do. Not
/// posted ones count, and stay.
std::vector<KeptPart> over_size(std::vector<KeptPart> parts, std::uint64_t size);

/// Those that were posted at least `posted_for` ago, the oldest posted first.
std::vector<KeptPart> past_time(std::vector<KeptPart> parts, std::chrono::seconds posted_for, Instant now);

}  // namespace rec
