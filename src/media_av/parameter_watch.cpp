// Compares parameter sets and ADTS headers with the first ones.
#include "media_av/parameter_watch.hpp"

#include <algorithm>
#include <span>

namespace rec::media {
namespace {

bool in_band(const AVStream* stream, AVCodecID codec) {
  if (stream == nullptr || stream->codecpar->codec_id != codec) return false;
  const AVCodecParameters& parameters = *stream->codecpar;
  return parameters.extradata_size == 0 || parameters.extradata[0] == 0;
}

std::span<const std::uint8_t> head_of(const AVPacket& packet) {
  return {packet.data, std::min(static_cast<std::size_t>(packet.size), kPesBytes)};
}

}  // namespace

ParameterWatch::ParameterWatch(const StreamPair& streams, bool pictures)
    : pictures_(pictures && (in_band(streams[0], AV_CODEC_ID_H264) || in_band(streams[0], AV_CODEC_ID_HEVC))),
      hevc_(pictures_ && streams[0]->codecpar->codec_id == AV_CODEC_ID_HEVC),
      sound_(in_band(streams[1], AV_CODEC_ID_AAC)) {}

ParameterWatch::Verdict ParameterWatch::look_at_picture(const AVPacket& packet) {
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0) return Verdict::same;
  const auto set = sequence_parameters(head_of(packet), hevc_);
  if (set.empty()) return Verdict::same;
  const std::string now = short_hash(set);
  if (picture_parameters_.empty()) picture_parameters_ = now;
  if (now == picture_parameters_) return Verdict::same;
  changed_at_ = static_cast<std::uint64_t>(packet.pos);
  return Verdict::changed;
}

ParameterWatch::Verdict ParameterWatch::look_at_sound(const AVPacket& packet, bool leads) {
  const AdtsFrame now = adts_frame(head_of(packet), 0);
  if (now.bytes == 0) return Verdict::same;
  if (!sound_parameters_) sound_parameters_ = now;
  if (now.same_kind(*sound_parameters_)) {
    other_sound_.reset();
    return Verdict::same;
  }
  if (!other_sound_ || !other_sound_->kind.same_kind(now)) {
    other_sound_.reset();
    if (!leads) return Verdict::same;  // the rest of its place is left as it is
    other_sound_ = Other{now, packet.pos};
    return Verdict::maybe;
  }
  changed_at_ = static_cast<std::uint64_t>(other_sound_->at);
  return Verdict::changed;
}

ParameterWatch::Verdict ParameterWatch::look_at(const RunPacket& item, bool leads) {
  const AVPacket& packet = *item.packet;
  const bool damaged = (packet.flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (damaged || packet.pos < 0) return Verdict::same;
  if (item.kind == TrackKind::video) return pictures_ ? look_at_picture(packet) : Verdict::same;
  return sound_ ? look_at_sound(packet, leads) : Verdict::same;
}

}  // namespace rec::media
