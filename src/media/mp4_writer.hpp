// One MP4 being written: moov in front, hvc1 for HEVC, the same bytes for the same packets. Blocking.
#pragma once
#include <array>
#include <string>

#include "media/run_reader.hpp"

namespace rec::media {

/// How packets of the two tracks lie in the file: sorted, or as they are given to write().
enum class PacketOrder { by_time, as_given };

class Mp4Writer {
 public:
  /// Creates the file with a track for each stream that is there. corrupt: a codec MP4 cannot hold; no_space;
  /// denied.
  static Result<std::unique_ptr<Mp4Writer>> open(const std::string& path, const StreamPair& streams,
                                                 const std::string& title,
                                                 PacketOrder order = PacketOrder::by_time);
  ~Mp4Writer();
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;

  /// The clock of a kind's track, fixed by open().
  [[nodiscard]] TimeBase clock(TrackKind kind) const { return clocks_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] bool has(TrackKind kind) const { return index_[static_cast<std::size_t>(kind)] >= 0; }
  /// Takes the packet; `times` are in the track's clock. false: too damaged to be written, and left out.
  Result<bool> write(RunPacket item, const PacketTimes& times);
  /// Writes what is left and moves moov to the front. After an error the file is useless.
  Result<bool> finish();

 private:
  explicit Mp4Writer(std::string path) : path_(std::move(path)) {}
  void add_track(TrackKind kind, const AVStream& from);

  std::string path_;
  PacketOrder order_ = PacketOrder::by_time;
  AVFormatContext* output_ = nullptr;
  std::array<int, kTrackKinds> index_{-1, -1};
  std::array<TimeBase, kTrackKinds> clocks_{};
};

}  // namespace rec::media
