// PAT, PMT, and the beginnings of the two streams' PES packets.
#include "media/ts_signature.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "media/es_headers.hpp"
#include "media/ts_tables.hpp"

namespace rec::media {
namespace {

using TsBytes = std::span<const std::uint8_t>;

constexpr std::uint8_t kH264Type = 0x1B;
constexpr std::uint8_t kHevcType = 0x24;
constexpr std::uint8_t kAdtsType = 0x0F;
constexpr std::size_t kLookEvery = 2'048;  // more of the sound gathered: a few frames

std::string stream_codec(std::uint8_t type) {
  switch (type) {
    case kH264Type:
      return "avc1";
    case kHevcType:
      return "hvc1";
    case 0x33:
      return "vvc1";
    case 0x01:
    case 0x02:
      return "mp2v";
    case 0x10:
      return "mp4v";
    case kAdtsType:
      return "mp4a";
    case 0x11:
      return "latm";
    case 0x81:
      return "ac-3";
    case 0x87:
      return "ec-3";
    default:
      return "mp3";
  }
}

// One stream: gathers the first bytes of its PES packets until they tell its parameters.
class StreamHead {
 public:
  explicit StreamHead(TsStream stream) : stream_(stream) {
    searching_ = stream.type == kH264Type || stream.type == kHevcType || stream.type == kAdtsType;
  }

  [[nodiscard]] bool searching() const { return searching_; }
  [[nodiscard]] std::uint16_t pid() const { return stream_.pid; }
  [[nodiscard]] std::string piece() const {
    return stream_codec(stream_.type) + (parameters_.empty() ? "" : ":" + parameters_);
  }

  void take(TsBytes packet) {
    const TsBytes payload = ts_payload(packet);
    if (!searching_ || payload.empty()) return;
    const unsigned counter = packet[3] & 0x0FU;
    const auto last = std::exchange(counter_, counter);
    if (last == counter) return;  // sent twice, as the standard allows
    const bool begins = (packet[1] & 0x40U) != 0;
    if (last && counter != ((*last + 1) & 0x0FU)) drop();
    if (begins) begin(payload);
    if (!begins && gathering_) gather(payload);
  }

  /// Nothing more will come.
  void end() { look(); }

 private:
  [[nodiscard]] bool sound() const { return stream_.type == kAdtsType; }

  void drop() {
    bytes_.clear();
    looked_at_ = 0;
    gathering_ = false;
  }

  void begin(TsBytes payload) {
    if (!sound() || bytes_.size() >= looked_at_ + kLookEvery) look();
    if (!searching_) return;
    // A picture's parameters stand at the head of one PES packet; sound frames may cross from one to the
    // next.
    if (!sound()) bytes_.clear();
    gathering_ = payload.size() > 9 && payload[0] == 0 && payload[1] == 0 && payload[2] == 1;
    if (!gathering_) return;
    skip_ = 9U + payload[8];
    gather(payload);
  }

  void gather(TsBytes payload) {
    const std::size_t header = std::min<std::size_t>(skip_, payload.size());
    skip_ -= header;
    payload = payload.subspan(header);
    payload = payload.first(std::min(payload.size(), kPesBytes - std::min(kPesBytes, bytes_.size())));
    bytes_.insert(bytes_.end(), payload.begin(), payload.end());
    if (bytes_.size() < kPesBytes) return;
    look();
    drop();
  }

  void look() {
    if (!searching_ || bytes_.empty()) return;
    looked_at_ = bytes_.size();
    if (sound()) {
      parameters_ = adts_parameters(bytes_);
    } else if (const TsBytes sps = sequence_parameters(bytes_, stream_.type == kHevcType); !sps.empty()) {
      parameters_ = short_hash(sps);
    }
    searching_ = parameters_.empty();
  }

  TsStream stream_;
  bool searching_ = false;
  bool gathering_ = false;
  std::size_t skip_ = 0;       // of the PES header
  std::size_t looked_at_ = 0;  // how many bytes were there
  std::optional<unsigned> counter_;
  std::vector<std::uint8_t> bytes_;
  std::string parameters_;
};

class TsHead {
 public:
  void take(TsBytes packet) {
    const std::uint16_t pid = ts_pid(packet, 1);
    if (map_found_) {
      for (StreamHead& stream : streams_) {
        if (stream.pid() == pid) stream.take(packet);
      }
    } else if (pid == 0) {
      if (const TsBytes section = ts_section(packet, kPatTable); !section.empty())
        programs_ = ts_programs(section);
    } else if (std::ranges::find(programs_, pid) != programs_.end()) {
      if (const TsBytes section = ts_section(packet, kPmtTable); !section.empty()) choose(section);
    }
  }

  [[nodiscard]] bool done() const {
    return map_found_ && std::ranges::none_of(streams_, &StreamHead::searching);
  }

  std::string signature() {
    std::string out;
    for (StreamHead& stream : streams_) {
      stream.end();
      out += (&stream == sound_ ? "+" : "") + stream.piece();
    }
    return out;
  }

 private:
  void choose(TsBytes section) {
    map_found_ = true;
    const std::vector<TsStream> listed = ts_streams(section);
    const auto video = std::ranges::find_if(listed, is_video_type, &TsStream::type);
    const auto audio = std::ranges::find_if(listed, is_audio_type, &TsStream::type);
    streams_.reserve(2);
    if (video != listed.end()) streams_.emplace_back(*video);
    if (audio != listed.end()) sound_ = &streams_.emplace_back(*audio);
  }

  bool map_found_ = false;
  std::vector<std::uint16_t> programs_;
  std::vector<StreamHead> streams_;
  const StreamHead* sound_ = nullptr;
};

}  // namespace

std::string ts_signature(std::span<const std::uint8_t> head) {
  TsHead streams;
  std::size_t at = 0;
  while (at + kTsPacket <= head.size() && !streams.done()) {
    // After damage: on to the next byte that looks like a beginning.
    if (head[at] != kTsSync) {
      ++at;
      continue;
    }
    streams.take(head.subspan(at, kTsPacket));
    at += kTsPacket;
  }
  return streams.signature();
}

}  // namespace rec::media
