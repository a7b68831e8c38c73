// What the index of a segment log says, read as a whole and checked for its order. Pure: no files here.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/segment.hpp"
#include "spool/index_format.hpp"

namespace rec {

struct LogContents {
  std::vector<SegmentRecord> segments{};  ///< those that were released say so
  std::vector<Gap> gaps{};
  std::vector<OrdinalRange> released{};  ///< in the order they were said
  std::vector<std::size_t> starts{};     ///< where each segment's record begins
  index_format::Header header{};
  std::size_t end = 0;  ///< behind the last whole record

  /// Behind the last byte of any segment: they need not lie in their order.
  [[nodiscard]] std::uint64_t media_end() const;
  /// The index is to end before the last segment's record. What was released stays so.
  void drop_last_segment();
};

/// A torn tail is left out. corrupt: a record in the middle is damaged, or out of order.
Result<LogContents> read_log_contents(std::string_view index);

/// Where the bytes of the released segments lie, with the padding behind them: few spans, in order.
std::vector<ByteSpan> released_spans(const std::vector<SegmentRecord>& segments);

}  // namespace rec
