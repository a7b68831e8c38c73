// One MP4 being written: moov in front, hvc1 for HEVC, the same bytes for the same packets. Blocking.
#pragma once
#include <array>
#include <string>

#include "media_av/run_reader.hpp"

namespace rec::media {

/// Sound and picture take turns in the file this often: packet by packet would double the index.
inline constexpr std::int64_t kTurnMicros = 500'000;

struct Mp4Layout {
  /// Packets of the two tracks lie as they are given to write(), and not in turns.
  bool as_given = false;
  /// Bytes kept in front for moov, so that nothing has to be moved; what is left becomes a free box. 0: the
  /// file is rewritten when moov is known.
  std::uint64_t reserve = 0;
  /// H.264 brings parameter sets with its pictures, and they may differ: it is called avc3.
  bool mixed = false;
};

class Mp4Writer {
 public:
  /// Creates the file with a track for each stream that is there. corrupt: a codec MP4 cannot hold; no_space;
  /// denied.
  static Result<std::unique_ptr<Mp4Writer>> open(const std::string& path, const StreamPair& streams,
                                                 const std::string& title, Mp4Layout layout = {});
  ~Mp4Writer();
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;

  /// The clock of a kind's track, fixed by open().
  [[nodiscard]] TimeBase clock(TrackKind kind) const { return clocks_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const std::array<TimeBase, kTrackKinds>& clocks() const { return clocks_; }
  /// Takes the packet; `times` are in the track's clock. false: too damaged to be written, and left out.
  Result<bool> write(RunPacket item, const PacketTimes& times);
  /// Writes what is left, and moov in front. Returns 0, or, where the reserve was too small, the one that
  /// would have done: the file is useless then, as after an error.
  Result<std::uint64_t> finish();

 private:
  explicit Mp4Writer(std::string path) : path_(std::move(path)) {}
  void add_track(TrackKind kind, const AVStream& from);

  std::string path_;
  Mp4Layout layout_;
  AVFormatContext* output_ = nullptr;
  std::array<int, kTrackKinds> index_{-1, -1};
  std::array<TimeBase, kTrackKinds> clocks_{};
  bool gives_lengths_ = false;  // pictures come with start codes, and are handed on with lengths
};

}  // namespace rec::media
