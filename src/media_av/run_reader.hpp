// One run, opened: which sound and picture are in it, and its packets in file order. Blocking.
#pragma once
#include <array>
#include <deque>
#include <optional>
#include <string>

#include "media/latm.hpp"
#include "media_av/av.hpp"
#include "media_av/extent_reader.hpp"
#include "media_av/parameter_watch.hpp"
#include "media_av/sound_head.hpp"
#include "media_av/timeline.hpp"

namespace rec::media {

/// By TrackKind; null = there is none.
using StreamPair = std::array<const AVStream*, kTrackKinds>;

class RunReader {
 public:
  /// `name` is how errors call the run. Only MPEG-TS, (fragmented) MP4 and packed AAC or MP3 are looked for.
  /// `mixed`: pictures may change their parameters within it. corrupt: neither picture nor sound in it, or
  /// not media; what the disk says otherwise.
  static Result<std::unique_ptr<RunReader>> open(const MediaRun& run, std::string name, bool mixed = false);

  /// The stream of a kind, null if the run has none.
  [[nodiscard]] const AVStream* stream(TrackKind kind) const;
  [[nodiscard]] StreamPair streams() const { return {stream(TrackKind::video), stream(TrackKind::audio)}; }
  /// "mpegts", "mov,…": packets of different containers look different and cannot share a file.
  [[nodiscard]] std::string container() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  /// First times of each kind, in the stream's own clock.
  [[nodiscard]] std::array<RunStart, kTrackKinds> starts() const;

  /// The next packet; without a packet at the end. Pictures before the first keyframe, which nothing can
  /// decode, are left out. A damaged place is stepped over; what the disk says is an error.
  Result<RunPacket> next();
  /// Behind the end: what follows in the same run, but from other streams (TsWatch) or with other codec
  /// parameters (ParameterWatch), to be opened as a run of its own.
  [[nodiscard]] std::optional<MediaRun> rest() const;
  /// Pictures left out so far.
  [[nodiscard]] std::int64_t undecodable() const { return undecodable_; }

 private:
  explicit RunReader(std::string name) : name_(std::move(name)) {}
  Result<bool> open_input(const MediaRun& run, bool patiently);
  [[nodiscard]] bool incomplete() const;
  void choose_streams();
  /// Sound in LATM is handed out as the AAC that it is.
  void take_out_of_latm();
  [[nodiscard]] AvPacket without_latm(AvPacket packet);
  Result<bool> look_ahead();
  void drop_headless_pictures();
  Result<RunPacket> read();
  void judge(RunPacket item);
  Result<RunPacket> read_until_change();
  [[nodiscard]] bool before_change(const RunPacket& item);
  [[nodiscard]] bool before_tail(const RunPacket& item);

  std::string name_;
  std::unique_ptr<ExtentReader> bytes_;
  AvInput input_;  // after bytes_: closed before them
  std::array<int, kTrackKinds> index_{-1, -1};
  std::deque<RunPacket> ahead_;
  std::optional<LatmReader> latm_;
  std::unique_ptr<AVFormatContext, void (*)(AVFormatContext*)> plain_sound_{nullptr, avformat_free_context};
  SoundHead sound_head_;
  ParameterWatch parameters_;
  std::array<std::int64_t, kTrackKinds> last_pos_{-1, -1};
  AvPacket odd_sound_;                  // a maybe of parameters_, held back until the next sound tells
  std::deque<RunPacket> cleared_;       // to be handed out before anything is read
  std::optional<std::uint64_t> split_;  // of the run's bytes: where the parameters change
  TrackKind changed_ = TrackKind::video;
  bool ended_ = false;
  std::uint64_t tail_bytes_ = 0;
  std::uint64_t own_bytes_ = UINT64_MAX;  // before the tail (MediaRun::tail_bytes)
  std::int64_t undecodable_ = 0;
};

}  // namespace rec::media
