// Hashes of segments, and the last of them.
#include "capture/content_memory.hpp"

#include <algorithm>

namespace rec::capture {

bool ContentMemory::is_replay(const SegmentInfo& info, std::uint64_t hash) const {
  if (kept_.empty() || kept_.back().epoch == info.epoch) return false;
  const auto first = kept_.end() - static_cast<std::ptrdiff_t>(std::min(kept_.size(), kReplayed));
  return std::any_of(first, kept_.end(), [&](const Kept& one) { return one.hash == hash; });
}

void ContentMemory::remember(const SegmentInfo& info, std::uint64_t hash) {
  kept_.push_back({info.identity, info.epoch, info.suspect, hash});
  if (kept_.size() > kKept) kept_.pop_front();
}

std::optional<std::uint64_t> ContentMemory::hash_of(std::string_view identity) const {
  const auto found =
      std::find_if(kept_.rbegin(), kept_.rend(), [&](const Kept& one) { return one.identity == identity; });
  if (found == kept_.rend() || found->suspect) return std::nullopt;
  return found->hash;
}

}  // namespace rec::capture
