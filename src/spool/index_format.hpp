// How the segment log's index lies on disk, byte by byte: docs/formats/segment-log.md. Pure: no files here.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "core/segment.hpp"

namespace rec::index_format {

inline constexpr std::size_t kHeaderBytes = 24;
/// Of new logs. Version 2 is the same without releases, and is read and written as it is.
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::uint32_t kOldestVersion = 2;
/// Of one record's body: a longer length on disk is damage, a longer identity is refused when it is written.
/// A segment of 256 MiB in pieces of 128 KiB fits.
inline constexpr std::size_t kMaxBody = 64U << 10U;
inline constexpr std::size_t kPrefixBytes = 12;  ///< before the body: its length and its checksum

/// The bytes of these segments are not needed any more.
struct Release {
  std::vector<OrdinalRange> ordinals{};
  bool operator==(const Release&) const = default;
};
/// So many ranges fit into one record.
inline constexpr std::size_t kMostRanges = 4'000;

using Entry = std::variant<SegmentRecord, Gap, Release>;

struct Header {
  std::uint32_t version = kVersion;
  std::uint32_t salt = 0;
};

/// `salt` is drawn once a file and goes into every record's checksum.
std::string header(std::uint32_t salt);
/// corrupt: not an index, or damaged; conflict: of a version this program does not know.
Result<Header> read_header(std::string_view index);

/// invalid: the identity is too long, the segment lies in too many pieces, or there are too many ranges.
Result<std::string> encode(const Entry& entry, std::uint32_t salt);

struct Decoded {
  Entry entry;
  std::size_t bytes = 0;  ///< the record's length on disk
};
/// The whole, undamaged record at `position`. corrupt: there is none.
Result<Decoded> decode(std::string_view index, std::size_t position, std::uint32_t salt);

/// What stands from `position` on is no whole record: can it be the torn end of writing one? If it is longer
/// than any record, or a whole one lies anywhere in it, it is damage in the middle instead.
bool is_torn_tail(std::string_view index, std::size_t position, std::uint32_t salt);

/// XXH3 (64 bits) of a segment's bytes.
std::uint64_t checksum(std::string_view bytes);

}  // namespace rec::index_format
