// How large an MP4 will be, kept while it is planned: never less than libav's muxer then writes (movenc.c),
// and little more. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "media_av/timeline.hpp"

namespace rec::media {

class Mp4Size {
 public:
  /// `fixed_bytes`: what does not grow with the packets and only the caller knows: codec headers, title.
  explicit Mp4Size(std::uint64_t fixed_bytes) : fixed_(fixed_bytes) {}
  /// The next packet in the order of the file, placed in its track's clock.
  void add(std::size_t track, std::uint64_t bytes, const PacketTimes& times, bool key);
  /// The index, at most.
  [[nodiscard]] std::uint64_t moov() const;
  /// All of the file, at most.
  [[nodiscard]] std::uint64_t file() const;

 private:
  struct Track {
    std::uint64_t packets = 0;
    std::uint64_t keys = 0;
    std::uint64_t pace_changes = 0;    // entries of stts
    std::uint64_t offset_changes = 0;  // of ctts
    std::uint64_t chunks = 0;
    std::uint64_t chunk_kinds = 0;  // of stsc
    std::uint64_t packets_in_chunk = 0;
    std::uint64_t packets_in_last_chunk = 0;
    std::uint64_t bytes_in_chunk = 0;
    std::optional<std::int64_t> last_dts;
    std::optional<std::int64_t> last_pace;
    std::optional<std::int64_t> last_offset;
  };
  static void end_chunk(Track& track);

  std::uint64_t fixed_;
  std::uint64_t payload_ = 0;
  std::optional<std::size_t> last_track_;
  std::array<Track, 2> tracks_{};
};

}  // namespace rec::media
