// The loop from runs to MP4.
#include "media/remux.hpp"

#include <optional>

#include "media/mp4_writer.hpp"
#include "media/packet_times.hpp"
#include "media/track_match.hpp"

namespace rec::media {
namespace {

std::vector<RunStart> starts_in(const RunReader& run, const Mp4Writer& writer) {
  const auto own = run.starts();
  std::vector<RunStart> out(own.begin(), own.end());
  for (std::size_t i = 0; i < kTrackKinds; ++i) {
    const auto kind = static_cast<TrackKind>(i);
    if (out[i].min_pts == kNoTime || run.stream(kind) == nullptr) continue;
    out[i].min_pts = to_clock(out[i].min_pts, run.stream(kind)->time_base, writer.clock(kind));
    out[i].first_dts = to_clock(out[i].first_dts, run.stream(kind)->time_base, writer.clock(kind));
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
    const PacketTimes times = times_in_clock(*item.packet, from, to);
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
  REC_TRY(const auto writer, Mp4Writer::open(output, first->streams(), title));
  Timeline timeline = make_timeline(first->streams(), *writer);
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
