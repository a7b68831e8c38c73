// Sorts a file's packets into groups of pictures, each with the sound that is heard while it is shown.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "media_av/run_reader.hpp"

namespace rec::media {

/// A keyframe, the pictures up to the next one, and the sound from the first's time to the other's. Without a
/// picture in the file: one sound packet.
struct Gop {
  std::vector<RunPacket> packets;       ///< each track's in decoding order
  std::int64_t begin = AV_NOPTS_VALUE;  ///< pts of the keyframe, in the leading track's own clock
  std::uint64_t bytes = 0;
};

class GopQueue {
 public:
  explicit GopQueue(const StreamPair& streams);
  /// Takes the next packet. Pictures before the first keyframe, which nothing can decode, are left out.
  void push(RunPacket item);
  /// Nothing more will come: pop() hands out the rest.
  void finish() { finished_ = true; }
  /// The next group that nothing can be added to any more.
  std::optional<Gop> pop();
  /// Takes out of the group that would be handed out next what belongs to it for certain: its pictures so
  /// far, and the sound before the last of them. The rest of it comes with pop().
  std::vector<RunPacket> drain_front();
  /// Bytes of the group that would be handed out next, so far.
  [[nodiscard]] std::uint64_t front_bytes() const { return gops_.empty() ? 0 : gops_.front().bytes; }
  /// Where that group begins, in seconds of the file's own time.
  [[nodiscard]] double front_seconds() const;
  /// Pictures left out so far.
  [[nodiscard]] std::int64_t undecodable() const { return undecodable_; }

 private:
  [[nodiscard]] bool before(const AVPacket& packet, const Gop& gop) const;
  void begin_gop(const RunPacket& lead);
  void push_sound(RunPacket item);

  StreamPair streams_;
  std::size_t lead_;  // the track whose packets divide the file
  std::deque<Gop> gops_;
  std::vector<RunPacket> early_sound_;  // before the first keyframe
  bool sound_passed_ = false;           // the first group's end
  bool finished_ = false;
  std::int64_t undecodable_ = 0;
};

}  // namespace rec::media
