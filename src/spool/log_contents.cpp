#include "spool/log_contents.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "core/overloaded.hpp"
#include "spool/chunk_pool.hpp"

namespace rec {
namespace {

constexpr auto kMostOffset = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

bool take_over(LogContents& so_far, SegmentRecord next) {
  std::uint64_t total = 0;
  for (const ByteSpan& span : next.spans) {
    if (span.bytes == 0 || span.bytes > kMostOffset || span.offset > kMostOffset - span.bytes) return false;
    total += span.bytes;
  }
  if (next.ordinal != so_far.segments.size() || total != next.bytes || total == 0) return false;
  so_far.starts.push_back(so_far.end);
  so_far.segments.push_back(std::move(next));
  return true;
}

bool take_over(LogContents& so_far, const Gap& next) {
  if (next.before_ordinal != so_far.segments.size()) return false;
  so_far.gaps.push_back(next);
  return true;
}

bool take_over(LogContents& so_far, const index_format::Release& next) {
  if (so_far.header.version < index_format::kVersion) return false;
  for (const OrdinalRange& range : next.ordinals) {
    if (range.first > range.last || range.last >= so_far.segments.size()) return false;
    for (std::uint64_t i = range.first; i <= range.last; ++i) so_far.segments[i].released = true;
    so_far.released.push_back(range);
  }
  return true;
}

}  // namespace

std::uint64_t LogContents::media_end() const {
  std::uint64_t last = 0;
  for (const SegmentRecord& segment : segments) {
    for (const ByteSpan& span : segment.spans) last = std::max(last, span.offset + span.bytes);
  }
  return last;
}

void LogContents::drop_last_segment() {
  end = starts.back();
  starts.pop_back();
  segments.pop_back();
  const auto left = segments.size();
  std::erase_if(gaps, [left](const Gap& gap) { return gap.before_ordinal > left; });
  std::erase_if(released, [left](const OrdinalRange& range) { return range.first >= left; });
  for (OrdinalRange& range : released) range.last = std::min<std::uint64_t>(range.last, left - 1);
}

Result<LogContents> read_log_contents(std::string_view index) {
  LogContents contents;
  REC_TRY(contents.header, index_format::read_header(index));
  contents.end = index_format::kHeaderBytes;
  while (contents.end < index.size()) {
    auto decoded = index_format::decode(index, contents.end, contents.header.salt);
    if (!decoded) {
      if (index_format::is_torn_tail(index, contents.end, contents.header.salt)) break;
      return fail(std::move(decoded).error());
    }
    const bool in_order =
        std::visit([&](auto& entry) { return take_over(contents, std::move(entry)); }, decoded->entry);
    if (!in_order)
      return fail(Errc::corrupt, "record at byte " + std::to_string(contents.end) + " is out of order");
    contents.end += decoded->bytes;
  }
  return contents;
}

std::vector<ByteSpan> released_spans(const std::vector<SegmentRecord>& segments) {
  std::vector<ByteSpan> all;
  for (const SegmentRecord& segment : segments) {
    if (!segment.released) continue;
    for (const ByteSpan& span : segment.spans) {
      const std::uint64_t end = (span.offset + span.bytes + Chunk::kAlignment - 1) / Chunk::kAlignment;
      all.push_back({.offset = span.offset, .bytes = end * Chunk::kAlignment - span.offset});
    }
  }
  std::ranges::sort(all, {}, &ByteSpan::offset);
  std::vector<ByteSpan> merged;
  for (const ByteSpan& span : all) {
    if (merged.empty() || span.offset > merged.back().offset + merged.back().bytes) {
      merged.push_back(span);
      continue;
    }
    ByteSpan& last = merged.back();
    last.bytes = std::max(last.bytes, span.offset + span.bytes - last.offset);
  }
  return merged;
}

}  // namespace rec
