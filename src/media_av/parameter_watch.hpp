// Looks at the packets of a run for the place where another encoder took over without a word, on the same
// PIDs: other picture parameters (SPS), another sample rate or number of channels. An MP4 has one header for
// a whole track. Inside src/media only.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "media/es_headers.hpp"
#include "media_av/av.hpp"

namespace rec::media {

enum class TrackKind : std::size_t { video = 0, audio = 1 };
inline constexpr std::size_t kTrackKinds = 2;

/// By TrackKind; null = there is none.
using StreamPair = std::array<const AVStream*, kTrackKinds>;

struct RunPacket {
  TrackKind kind;
  AvPacket packet;  ///< times in the stream's own clock
};

class ParameterWatch {
 public:
  enum class Verdict {
    same,
    maybe,    ///< sound of another kind: damage, if the next sound is as before
    changed,  ///< with this packet; sound: with the maybe before it
  };
  ParameterWatch() = default;
  /// For the run's streams; only what carries its parameters with it (MPEG-TS, ADTS) is looked at, and
  /// pictures only if they are to be.
  explicit ParameterWatch(const StreamPair& streams, bool pictures = true);
  /// The next packet of the run. `leads`: nothing of its kind comes before it where its pos is, so that a run
  /// may begin there; several frames of sound share one place.
  Verdict look_at(const RunPacket& item, bool leads);
  /// Where in the run's bytes the packet begins with which they changed.
  [[nodiscard]] std::uint64_t changed_at() const { return changed_at_; }

 private:
  Verdict look_at_picture(const AVPacket& packet);
  Verdict look_at_sound(const AVPacket& packet, bool leads);

  bool pictures_ = false;
  bool hevc_ = false;
  bool sound_ = false;
  std::string picture_parameters_;
  std::optional<AdtsFrame> sound_parameters_;
  struct Other {
    AdtsFrame kind;
    std::int64_t at;
  };
  std::optional<Other> other_sound_;
  std::uint64_t changed_at_ = 0;
};

}  // namespace rec::media
