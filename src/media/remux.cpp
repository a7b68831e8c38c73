// The loop from runs to MP4.
#include "media/remux.hpp"

#include <optional>

#include "media/moov_estimate.hpp"
#include "media/mp4_writer.hpp"
#include "media/packet_times.hpp"
#include "media/track_match.hpp"

namespace rec::media {
namespace {

Result<bool> copy_run(RunReader& run, Mp4Writer& writer, Timeline& timeline, RemuxReport& report) {
  timeline.begin_run(starts_in_clocks(run, writer.clocks()));
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

struct Attempt {
  RemuxReport report;
  std::uint64_t wanted_reserve = 0;  // 0: the file is finished
};

Result<Attempt> write_runs(const std::vector<MediaRun>& runs, const std::string& output,
                           const std::string& title, std::uint64_t reserve) {
  forget_av_errors();
  REC_TRY(const auto first, RunReader::open(runs[0], run_name(0, runs[0])));
  REC_TRY(const auto writer, Mp4Writer::open(output, first->streams(), title, {.reserve = reserve}));
  Timeline timeline = make_timeline(first->streams(), writer->clocks());
  Attempt attempt;
  RemuxReport& report = attempt.report;
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
  REC_TRY(attempt.wanted_reserve, writer->finish());
  return attempt;
}

}  // namespace

Result<RemuxReport> remux(const std::vector<MediaRun>& runs, const std::string& output,
                          const std::string& title) {
  if (runs.empty()) return fail(Errc::invalid, output + ": no runs to make it of");
  collect_av_errors();
  REC_TRY(Attempt attempt, write_runs(runs, output, title, estimate_moov(runs, title)));
  if (attempt.wanted_reserve == 0) return attempt.report;
  // Offsets may take more bytes behind a larger reserve, so the second attempt leaves nothing to guess.
  REC_TRY(attempt, write_runs(runs, output, title, 0));
  return attempt.report;
}

}  // namespace rec::media
