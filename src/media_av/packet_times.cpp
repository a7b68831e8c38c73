// Clock conversions.
#include "media_av/packet_times.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <algorithm>

namespace rec::media {
namespace {

std::int64_t usual_duration(const AVStream& stream, TimeBase base) {
  const AVRational to{base.num, base.den};
  std::int64_t ticks = 0;
  if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
    const int samples = stream.codecpar->frame_size > 0 ? stream.codecpar->frame_size : 1024;
    ticks = av_rescale_q(samples, {1, stream.codecpar->sample_rate}, to);
  } else {
    const AVRational rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : AVRational{25, 1};
    ticks = av_rescale_q(1, av_inv_q(rate), to);
  }
  return std::max<std::int64_t>(1, ticks);
}

}  // namespace

std::int64_t to_clock(std::int64_t time, AVRational from, TimeBase to) {
  return time == AV_NOPTS_VALUE ? kNoTime : av_rescale_q(time, from, {to.num, to.den});
}

PacketTimes times_in_clock(const AVPacket& packet, AVRational from, TimeBase to) {
  return {to_clock(packet.pts, from, to), to_clock(packet.dts, from, to),
          av_rescale_q(packet.duration, from, {to.num, to.den})};
}

TimeBase mp4_clock(TrackKind kind, const AVStream& stream) {
  if (kind == TrackKind::audio) return {1, stream.codecpar->sample_rate};
  return {stream.time_base.num, stream.time_base.den};
}

Timeline make_timeline(const StreamPair& streams, const TrackClocks& clocks) {
  std::vector<TrackClock> tracks(kTrackKinds);
  for (std::size_t i = 0; i < kTrackKinds; ++i) {
    tracks[i].sound = static_cast<TrackKind>(i) == TrackKind::audio;
    if (streams[i] == nullptr) continue;
    tracks[i].base = clocks[i];
    tracks[i].usual_duration = usual_duration(*streams[i], clocks[i]);
  }
  return Timeline(std::move(tracks));
}

std::vector<RunStart> starts_in_clocks(const RunSource& run, const TrackClocks& clocks) {
  const auto own = run.starts();
  std::vector<RunStart> out(own.begin(), own.end());
  for (std::size_t i = 0; i < kTrackKinds; ++i) {
    const AVStream* stream = run.streams()[i];
    if (out[i].min_pts == kNoTime || stream == nullptr) continue;
    out[i].min_pts = to_clock(out[i].min_pts, stream->time_base, clocks[i]);
    out[i].first_dts = to_clock(out[i].first_dts, stream->time_base, clocks[i]);
  }
  return out;
}

}  // namespace rec::media
