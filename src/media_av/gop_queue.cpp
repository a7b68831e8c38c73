// Pictures divide, sound is sorted in by time.
#include "media_av/gop_queue.hpp"

#include <algorithm>
#include <utility>

namespace rec::media {
namespace {

// Sound that lies further behind its pictures in the file than this many groups goes with later ones.
constexpr std::size_t kGopsWaitForSound = 4;
constexpr std::uint64_t kBytesWaitForSound = 64U << 20U;

std::int64_t time_of(const AVPacket& packet) {
  return packet.pts == AV_NOPTS_VALUE ? packet.dts : packet.pts;
}

}  // namespace

GopQueue::GopQueue(const StreamPair& streams) : streams_(streams), lead_(streams[0] != nullptr ? 0 : 1) {}

bool GopQueue::before(const AVPacket& packet, const Gop& gop) const {
  const std::int64_t time = time_of(packet);
  if (time == AV_NOPTS_VALUE || gop.begin == AV_NOPTS_VALUE) return false;
  return av_compare_ts(time, streams_[1]->time_base, gop.begin, streams_[lead_]->time_base) < 0;
}

void GopQueue::push_sound(RunPacket item) {
  if (gops_.empty()) {
    early_sound_.push_back(std::move(item));
    return;
  }
  std::size_t at = gops_.size() - 1;
  while (at > 0 && before(*item.packet, gops_[at])) --at;
  if (at > 0) sound_passed_ = true;
  gops_[at].bytes += static_cast<std::uint64_t>(item.packet->size);
  gops_[at].packets.push_back(std::move(item));
}

void GopQueue::begin_gop(const RunPacket& lead) {
  gops_.emplace_back();
  Gop& gop = gops_.back();
  gop.begin = time_of(*lead.packet);
  if (gops_.size() < 2) return;
  // Sound that came ahead of its pictures.
  Gop& last = gops_[gops_.size() - 2];
  std::vector<RunPacket> kept;
  for (RunPacket& item : last.packets) {
    const bool stays = static_cast<std::size_t>(item.kind) == lead_ || before(*item.packet, gop);
    if (stays) {
      kept.push_back(std::move(item));
      continue;
    }
    last.bytes -= static_cast<std::uint64_t>(item.packet->size);
    gop.bytes += static_cast<std::uint64_t>(item.packet->size);
    gop.packets.push_back(std::move(item));
    sound_passed_ = true;
  }
  last.packets = std::move(kept);
}

void GopQueue::push(RunPacket item) {
  const bool leads = static_cast<std::size_t>(item.kind) == lead_;
  if (!leads) return push_sound(std::move(item));
  const bool divides = lead_ == 1 || (item.packet->flags & AV_PKT_FLAG_KEY) != 0;
  if (!divides && gops_.empty()) {
    ++undecodable_;
    return;
  }
  if (divides) begin_gop(item);
  gops_.back().bytes += static_cast<std::uint64_t>(item.packet->size);
  gops_.back().packets.push_back(std::move(item));
  for (RunPacket& sound : std::exchange(early_sound_, {})) push_sound(std::move(sound));
}

std::optional<Gop> GopQueue::pop() {
  if (gops_.empty() || (gops_.size() == 1 && !finished_)) return std::nullopt;
  if (!finished_ && lead_ == 0 && streams_[1] != nullptr && !sound_passed_) {
    std::uint64_t waiting = 0;
    for (std::size_t i = 1; i < gops_.size(); ++i) waiting += gops_[i].bytes;
    if (gops_.size() <= kGopsWaitForSound && waiting < kBytesWaitForSound) return std::nullopt;
  }
  Gop out = std::move(gops_.front());
  gops_.pop_front();
  // Whether the sound has passed the next group's end, too, shows in the groups behind it.
  sound_passed_ = std::any_of(gops_.begin() + (gops_.empty() ? 0 : 1), gops_.end(), [](const Gop& gop) {
    return std::ranges::any_of(gop.packets, [](const RunPacket& p) { return p.kind == TrackKind::audio; });
  });
  return out;
}

std::vector<RunPacket> GopQueue::drain_front() {
  std::vector<RunPacket> out;
  if (gops_.empty()) return out;
  Gop& front = gops_.front();
  const AVPacket* last = nullptr;
  for (const RunPacket& item : front.packets) {
    if (static_cast<std::size_t>(item.kind) == lead_) last = item.packet.get();
  }
  if (last == nullptr) return out;
  Gop until;  // sound before the last picture's decoding is before the next keyframe, too
  until.begin = last->dts == AV_NOPTS_VALUE ? last->pts : last->dts;
  std::vector<RunPacket> kept;
  for (RunPacket& item : front.packets) {
    const bool certain = static_cast<std::size_t>(item.kind) == lead_ || before(*item.packet, until);
    if (certain) front.bytes -= static_cast<std::uint64_t>(item.packet->size);
    (certain ? out : kept).push_back(std::move(item));
  }
  front.packets = std::move(kept);
  return out;
}

double GopQueue::front_seconds() const {
  if (gops_.empty() || gops_.front().begin == AV_NOPTS_VALUE) return 0;
  return static_cast<double>(gops_.front().begin) * av_q2d(streams_[lead_]->time_base);
}

}  // namespace rec::media
