// The loop from runs to MP4.
#include "media/remux.hpp"

#include <optional>

#include "media/moov_estimate.hpp"
#include "media/mp4_writer.hpp"
#include "media/packet_times.hpp"
#include "media/salvage.hpp"
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
    const bool key = item.kind == TrackKind::video && (item.packet->flags & AV_PKT_FLAG_KEY) != 0;
    REC_TRY(const bool written, writer.write(std::move(item), placed));
    ++(written ? count : report.damaged);
    if (written && key) ++report.keyframes;
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

// One file from runs that follow one another.
class RunsWriter {
 public:
  RunsWriter(std::string output, std::string title, std::uint64_t reserve)
      : output_(std::move(output)), title_(std::move(title)), reserve_(reserve) {}

  /// Copies the run. Returns what is left behind its end (RunReader::rest).
  Result<std::optional<MediaRun>> add(std::unique_ptr<RunReader> run) {
    if (first_) {
      const std::string differs = difference(*first_, *run);
      if (!differs.empty())
        return fail(Errc::conflict, run->name() + ": " + differs + "; begin a new part there");
      REC_CHECK(copy_run(*run, *writer_, *timeline_, report_));
      return run->rest();
    }
    REC_TRY(writer_, Mp4Writer::open(output_, run->streams(), title_, {.reserve = reserve_}));
    timeline_.emplace(make_timeline(run->streams(), writer_->clocks()));
    first_ = std::move(run);
    REC_CHECK(copy_run(*first_, *writer_, *timeline_, report_));
    return first_->rest();
  }

  Result<Attempt> finish() {
    const bool sound_alone = first_ && first_->stream(TrackKind::video) == nullptr;
    if (report_.video_packets + report_.audio_packets == 0)
      return fail(Errc::corrupt, output_ + ": nothing playable");
    if (!report_.missing.empty() && !sound_alone && report_.keyframes == 0)
      return fail(Errc::corrupt, report_.missing + ", and no keyframe is left");
    Attempt attempt;
    REC_TRY(attempt.wanted_reserve, writer_->finish());
    attempt.report = std::move(report_);
    return attempt;
  }

  RemuxReport& report() { return report_; }

 private:
  std::string output_;
  std::string title_;
  std::uint64_t reserve_;
  std::unique_ptr<RunReader> first_;
  std::unique_ptr<Mp4Writer> writer_;
  std::optional<Timeline> timeline_;
  RemuxReport report_;
};

Result<Attempt> write_runs(const PresentRuns& present, const std::string& output, const std::string& title,
                           std::uint64_t reserve) {
  forget_av_errors();
  RunsWriter writer(output, title, reserve);
  writer.report().missing = present.missing;
  for (std::size_t i = 0; i < present.runs.size(); ++i) {
    std::optional<MediaRun> next = present.runs[i];
    while (next) {
      Result<std::unique_ptr<RunReader>> run = RunReader::open(*next, run_name(i, *next));
      // What is left of a run that is not all there may be too little to be opened.
      if (!run && present.clipped[i] && run.error().code == Errc::corrupt) break;
      if (!run) return fail(std::move(run).error());
      REC_TRY(next, writer.add(*std::move(run)));
    }
  }
  return writer.finish();
}

}  // namespace

Result<RemuxReport> remux(const std::vector<MediaRun>& runs, const std::string& output,
                          const std::string& title) {
  if (runs.empty()) return fail(Errc::invalid, output + ": no runs to make it of");
  collect_av_errors();
  REC_TRY(const PresentRuns present, present_runs(runs));
  const std::uint64_t reserve = estimate_moov(present.runs, title);
  Result<Attempt> attempt = write_runs(present, output, title, reserve);
  // Offsets may take more bytes behind a larger reserve, so the second attempt leaves nothing to guess.
  if (attempt && attempt->wanted_reserve > 0) attempt = write_runs(present, output, title, 0);
  if (attempt) return std::move(attempt->report);
  if (present.missing.empty()) return fail(std::move(attempt).error());
  return fail(std::move(attempt).error().in(present.missing));
}

}  // namespace rec::media
