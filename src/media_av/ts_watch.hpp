// Looks at MPEG-TS on its way to the demuxer for the place where another encoder took over without a word:
// the program or its picture or sound moves to other PIDs. libav would go on with half of it, or none. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace rec::media {

class TsWatch {
 public:
  /// Takes the next bytes of the stream. Returns the offset (from the first byte ever fed) of the PAT at
  /// which the streams move, once that is seen; feed no more after that. Streams that only appear or vanish
  /// do not count, nor do tables whose CRC is wrong. Anything but MPEG-TS passes.
  std::optional<std::uint64_t> feed(std::span<const std::uint8_t> bytes);

  /// Where the newest whole PAT and program map lie, as feed() counts; nullopt: not both seen.
  struct Tables {
    std::uint64_t pat = 0;
    std::uint64_t pmt = 0;
  };
  [[nodiscard]] std::optional<Tables> tables() const {
    if (!last_pmt_) return std::nullopt;
    return Tables{last_pat_, *last_pmt_};
  }

 private:
  using Pids = std::set<std::uint16_t>;
  struct Streams {
    Pids video;
    Pids audio;
  };
  bool look_at(std::span<const std::uint8_t> bytes);
  bool packet_moves(std::span<const std::uint8_t> packet);
  bool pat_moves(std::span<const std::uint8_t> section);
  bool pmt_moves(std::uint16_t pid, std::span<const std::uint8_t> section);

  std::vector<std::uint8_t> partial_;  // of a packet
  std::uint64_t offset_ = 0;           // of partial_'s first byte
  std::uint64_t last_pat_ = 0;
  std::optional<std::uint64_t> last_pmt_;
  std::optional<bool> transport_stream_;  // by its first byte
  Pids tables_;
  std::map<std::uint16_t, Streams> programs_;  // by the PID of their PMT
};

}  // namespace rec::media
