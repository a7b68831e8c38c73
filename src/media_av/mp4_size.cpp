// Counts table entries as movenc.c will make them.
#include "media_av/mp4_size.hpp"

namespace rec::media {
namespace {

constexpr std::uint64_t kFrame = 2'048;              // ftyp, mvhd, udta, mdat's head
constexpr std::uint64_t kTrackFrame = 1'024;         // a track's boxes without its tables' entries
constexpr std::uint64_t kChunkBytes = 1U << 20U;     // a chunk is ended at this size
constexpr std::uint64_t kShortOffsets = 0xF0000000;  // up to here a chunk's offset takes four bytes

}  // namespace

void Mp4Size::end_chunk(Track& track) {
  if (track.packets_in_chunk == 0) return;
  if (track.packets_in_chunk != track.packets_in_last_chunk) ++track.chunk_kinds;
  track.packets_in_last_chunk = track.packets_in_chunk;
  track.packets_in_chunk = 0;
  track.bytes_in_chunk = 0;
}

void Mp4Size::add(std::size_t index, std::uint64_t bytes, const PacketTimes& times, bool key) {
  Track& track = tracks_[index];
  const bool goes_on = last_track_ == index && track.bytes_in_chunk + bytes < kChunkBytes;
  if (!goes_on) {
    end_chunk(track);
    ++track.chunks;
  }
  last_track_ = index;
  ++track.packets_in_chunk;
  track.bytes_in_chunk += bytes;
  payload_ += bytes;
  ++track.packets;
  if (key) ++track.keys;
  if (track.last_dts) {
    const std::int64_t pace = times.dts - *track.last_dts;
    if (pace != track.last_pace) ++track.pace_changes;
    track.last_pace = pace;
  }
  track.last_dts = times.dts;
  const std::int64_t offset = times.pts - times.dts;
  if (offset != track.last_offset) ++track.offset_changes;
  track.last_offset = offset;
}

std::uint64_t Mp4Size::moov() const {
  const std::uint64_t offset_bytes = payload_ > kShortOffsets ? 8 : 4;
  std::uint64_t bytes = kFrame + fixed_;
  for (const Track& track : tracks_) {
    if (track.packets == 0) continue;
    bytes += kTrackFrame;
    bytes += track.packets * 5;                                 // stsz, sdtp
    bytes += track.keys == track.packets ? 0 : track.keys * 4;  // stss
    bytes += (track.pace_changes + 1) * 8;                      // the last packet's pace is its duration
    bytes += track.offset_changes * 8;
    bytes += track.chunks * offset_bytes;
    bytes += (track.chunk_kinds + 1) * 12;  // the open chunk may be of yet another kind
  }
  return bytes;
}

std::uint64_t Mp4Size::file() const { return moov() + payload_; }

}  // namespace rec::media
