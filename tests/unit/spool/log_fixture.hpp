// A segment log in a temporary folder, and what a recording of a few seconds puts into it.
#pragma once
#include <gtest/gtest.h>
#include <xxhash.h>

#include <string>
#include <utility>
#include <vector>

#include "spool/segment_log.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::test {

inline constexpr Instant kNoon{std::chrono::milliseconds(1'800'000'000'000)};

inline SegmentInfo info_of(std::int64_t sequence) {
  SegmentInfo info;
  info.sequence = sequence;
  info.identity = "/live/" + std::to_string(sequence) + ".ts";
  info.duration = std::chrono::seconds(2);
  return info;
}

/// Bytes that differ from segment to segment and have no short period.
inline std::string bytes_of(std::int64_t sequence, std::size_t size = 60) {
  std::string bytes(size, '\0');
  auto state = static_cast<std::uint32_t>(sequence * 2654435761 + 1);
  for (char& c : bytes) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24U);
  }
  return bytes;
}

inline Gap gap_of(std::int64_t from, std::int64_t to) {
  Gap gap;
  gap.from_sequence = from;
  gap.to_sequence = to;
  gap.duration = std::chrono::seconds(2 * (to - from + 1));
  gap.cause = GapCause::fetch_failed;
  gap.noticed_at = kNoon;
  return gap;
}

/// Writes and appends a segment whose bytes are at hand.
inline Result<SegmentRecord> append_to(SegmentLog& log, const SegmentInfo& info, std::string_view bytes,
                                       Instant now = kNoon) {
  SegmentBytes written;
  Chunk chunk;
  for (std::string_view rest = bytes; !rest.empty(); chunk.clear()) {
    rest.remove_prefix(chunk.fill(rest));
    REC_CHECK(log.write(written, chunk));
  }
  written.checksum = XXH3_64bits(bytes.data(), bytes.size());
  return log.append(info, std::move(written), now);
}

/// The two files of a log, to be copied, cut and damaged.
struct LogFiles {
  std::string index;
  std::string media;
  static LogFiles read(const std::string& folder) {
    return {read_bytes(folder + "/index.bin"), read_bytes(folder + "/media.bin")};
  }
  void write(const std::string& folder) const {
    std::filesystem::create_directories(folder);
    write_bytes(folder + "/index.bin", index);
    write_bytes(folder + "/media.bin", media);
  }
  bool operator==(const LogFiles&) const = default;
};

class SegmentLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<SegmentLog> open() { return open_at(folder_); }
  static std::unique_ptr<SegmentLog> open_at(const std::string& folder) {
    auto log = SegmentLog::open(folder);
    if (log) return std::move(*log);
    ADD_FAILURE() << log.error().text;
    return nullptr;
  }
  static void append(SegmentLog& log, std::int64_t sequence) {
    const std::string bytes = bytes_of(sequence);
    const auto record = append_to(log, info_of(sequence), bytes);
    ASSERT_TRUE(record) << record.error().text;
  }
  /// Segments 1 to n, closed again, without the padding behind the last.
  LogFiles record(std::int64_t n) {
    auto log = open();
    for (std::int64_t i = 1; i <= n; ++i) append(*log, i);
    log.reset();
    open();
    return files();
  }
  /// Where segment n of those begins in the media file, n = 1, 2, …
  static std::size_t start_of(std::int64_t n) { return static_cast<std::size_t>(n - 1) * Chunk::kAlignment; }
  [[nodiscard]] LogFiles files() const { return LogFiles::read(folder_); }

  TempFolder temp_;
  std::string folder_ = temp_ / "session";
};

inline std::string bytes_at(const std::string& media, const std::vector<ByteSpan>& spans) {
  std::string bytes;
  for (const ByteSpan& span : spans) bytes += media.substr(span.offset, span.bytes);
  return bytes;
}

/// Every segment's bytes are where the index says, and the file is no longer than a block behind them.
inline void expect_bytes_match(const SegmentLog& log) {
  const std::string media = read_bytes(log.media_path());
  std::uint64_t end = 0;
  for (const SegmentRecord& segment : log.segments()) {
    for (const ByteSpan& span : segment.spans) {
      ASSERT_EQ(span.offset % Chunk::kAlignment, 0u);
      ASSERT_GE(span.offset, end) << "two segments in one place";
      end = span.offset + span.bytes;
      ASSERT_LE(end, media.size());
    }
    EXPECT_EQ(bytes_at(media, segment.spans), bytes_of(segment.info.sequence, segment.bytes));
  }
  EXPECT_LE(media.size() - end, Chunk::kAlignment);
}

}  // namespace rec::test
