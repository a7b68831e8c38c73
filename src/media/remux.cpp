// The loop from runs to MP4.
#include "media/remux.hpp"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <optional>

#include "media/mp4_writer.hpp"
#include "media/track_match.hpp"

namespace rec::media {
namespace {

std::int64_t rescale(std::int64_t time, AVRational from, TimeBase to) {
  return time == AV_NOPTS_VALUE ? kNoTime : av_rescale_q(time, from, {to.num, to.den});
}

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

Timeline make_timeline(const RunReader& first, const Mp4Writer& writer) {
  std::vector<TrackClock> clocks(kTrackKinds);
  for (std::size_t i = 0; i < kTrackKinds; ++i) {
    const auto kind = static_cast<TrackKind>(i);
    clocks[i].sound = kind == TrackKind::audio;
    if (first.stream(kind) == nullptr) continue;
    clocks[i].base = writer.clock(kind);
    clocks[i].usual_duration = usual_duration(*first.stream(kind), clocks[i].base);
  }
  return Timeline(std::move(clocks));
}

std::vector<RunStart> starts_in(const RunReader& run, const Mp4Writer& writer) {
  const auto own = run.starts();
  std::vector<RunStart> out(own.begin(), own.end());
  for (std::size_t i = 0; i < kTrackKinds; ++i) {
    const auto kind = static_cast<TrackKind>(i);
    if (out[i].min_pts == kNoTime || run.stream(kind) == nullptr) continue;
    out[i].min_pts = rescale(out[i].min_pts, run.stream(kind)->time_base, writer.clock(kind));
    out[i].first_dts = rescale(out[i].first_dts, run.stream(kind)->time_base, writer.clock(kind));
  }
  return out;
}

Result<bool> copy_run(RunReader& run, Mp4Writer& writer, Timeline& timeline, RemuxReport& report) {
  timeline.begin_run(starts_in(run, writer));
  for (;;) {
    REC_TRY(RunPacket item, run.next());
    if (!item.packet) break;
    const AVRational from = run.stream(item.kind)->time_base;
    const TimeBase to = writer.clock(item.kind);
    const PacketTimes times{rescale(item.packet->pts, from, to), rescale(item.packet->dts, from, to),
                            av_rescale_q(item.packet->duration, from, {to.num, to.den})};
    const PacketTimes placed = timeline.place(static_cast<std::size_t>(item.kind), times);
    std::int64_t& count = item.kind == TrackKind::video ? report.video_packets : report.audio_packets;
    REC_TRY(const bool written, writer.write(std::move(item), placed));
    ++(written ? count : report.damaged);
  }
  report.undecodable += run.undecodable();
  return true;
}

std::string run_name(std::size_t index, const MediaRun& run) {
  const std::string file = run.extents.empty() ? "no file" : run.extents.front().file;
  return "run " + std::to_string(index + 1) + " (" + file + ")";
}

}  // namespace

Result<RemuxReport> remux(const std::vector<MediaRun>& runs, const std::string& output,
                          const std::string& title) {
  if (runs.empty()) return fail(Errc::invalid, output + ": no runs to make it of");
  collect_av_errors();
  forget_av_errors();
  REC_TRY(const auto first, RunReader::open(runs[0], run_name(0, runs[0])));
  REC_TRY(const auto writer, Mp4Writer::open(output, *first, title));
  Timeline timeline = make_timeline(*first, *writer);
  RemuxReport report;
  REC_CHECK(copy_run(*first, *writer, timeline, report));
  std::optional<MediaRun> next = first->rest();
  for (std::size_t i = 0; next || i + 1 < runs.size();) {
    if (!next) next = runs[++i];
    REC_TRY(const auto run, RunReader::open(*next, run_name(i, *next)));
    const std::string differs = difference(*first, *run);
    if (!differs.empty())
      return fail(Errc::conflict, run->name() + ": " + differs + "; begin a new part there");
    REC_CHECK(copy_run(*run, *writer, timeline, report));
    next = run->rest();
  }
  if (report.video_packets + report.audio_packets == 0)
    return fail(Errc::corrupt, output + ": nothing playable");
  REC_CHECK(writer->finish());
  return report;
}

}  // namespace rec::media
