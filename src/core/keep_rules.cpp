// Oldest posted first.
#include "core/keep_rules.hpp"

#include <algorithm>
#include <tuple>

namespace rec {
namespace {

void keep_posted_by_age(std::vector<KeptPart>& parts) {
  std::erase_if(parts, [](const KeptPart& part) { return !part.posted_at; });
  std::ranges::sort(
      parts, {}, [](const KeptPart& part) { return std::tuple(*part.posted_at, part.session, part.number); });
}

}  // namespace

std::vector<KeptPart> over_size(std::vector<KeptPart> parts, std::uint64_t size) {
  std::uint64_t total = 0;
  for (const KeptPart& part : parts) total += part.bytes;
  keep_posted_by_age(parts);
  std::size_t count = 0;
  while (count < parts.size() && total > size) total -= parts[count++].bytes;
  parts.resize(count);
  return parts;
}

std::vector<KeptPart> past_time(std::vector<KeptPart> parts, std::chrono::seconds posted_for, Instant now) {
  keep_posted_by_age(parts);
  std::erase_if(parts, [&](const KeptPart& part) { return *part.posted_at + posted_for > now; });
  return parts;
}

}  // namespace rec
