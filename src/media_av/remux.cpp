// The loop from runs to MP4.
#include "media_av/remux.hpp"

#include <unistd.h>

#include <optional>

#include "media_av/moov_estimate.hpp"
#include "media_av/mp4_writer.hpp"
#include "media_av/nal_units.hpp"
#include "media_av/packet_times.hpp"
#include "media_av/salvage.hpp"
#include "media_av/track_match.hpp"

namespace rec::media {
namespace {

constexpr std::size_t kMostFiles = 10;  // what a post can hold

struct WriteHow {
  bool many = true;     // files
  bool reserve = true;  // room for an index in front
  bool mixed = false;   // pictures with their parameter sets, whatever those are
};

std::string run_name(std::size_t index, const MediaRun& run) {
  const std::string file = run.extents.empty() ? "no file" : run.extents.front().file;
  return "run " + std::to_string(index + 1) + " (" + file + ")";
}

void add_line(std::string& to, const std::string& line) {
  if (!line.empty()) to += (to.empty() ? "" : "; ") + line;
}

// One file being written.
class FileWriter {
 public:
  static Result<std::unique_ptr<FileWriter>> open(const std::string& path, std::shared_ptr<RunSource> first,
                                                  const std::string& title, std::uint64_t reserve,
                                                  bool mixed) {
    std::unique_ptr<FileWriter> file(new FileWriter);
    file->path = path;
    file->report.mixed = mixed;
    const Mp4Layout layout{.reserve = reserve, .mixed = mixed};
    REC_TRY(file->writer_, Mp4Writer::open(path, first->streams(), title, layout));
    file->timeline_.emplace(make_timeline(first->streams(), file->writer_->clocks()));
    file->first = std::move(first);
    return file;
  }

  Result<bool> copy(RunSource& run) {
    timeline_->begin_run(starts_in_clocks(run, writer_->clocks()));
    for (;;) {
      REC_TRY(RunPacket item, run.next());
      if (!item.packet) break;
      REC_CHECK(write(run, std::move(item)));
    }
    report.undecodable += run.undecodable();
    return true;
  }

  Result<bool> copy_sound(RunSource& run, std::optional<Ticks90k> until) {
    for (;;) {
      REC_TRY(RunPacket item, run.next_sound(until));
      if (!item.packet) break;
      REC_CHECK(write(run, std::move(item)));
    }
    add_line(report.missing, run.missing());
    return true;
  }

  Result<std::uint64_t> finish() { return writer_->finish(); }

  [[nodiscard]] bool empty() const { return report.video_packets + report.audio_packets == 0; }

  std::string path;
  std::shared_ptr<RunSource> first;
  RemuxReport report;

 private:
  Result<bool> write(RunSource& run, RunPacket item) {
    const AVRational from = run.stream(item.kind)->time_base;
    const PacketTimes times = times_in_clock(*item.packet, from, writer_->clock(item.kind));
    const PacketTimes placed = timeline_->place(static_cast<std::size_t>(item.kind), times);
    std::int64_t& count = item.kind == TrackKind::video ? report.video_packets : report.audio_packets;
    const bool key = item.kind == TrackKind::video && (item.packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (key && report.mixed && run.container(item.kind).starts_with("mov")) {
      item.packet = with_parameter_sets(*item.packet, *run.stream(item.kind)->codecpar);
      if (!item.packet) return fail(Errc::unavailable, "no memory");
    }
    REC_TRY(const bool written, writer_->write(std::move(item), placed));
    ++(written ? count : report.damaged);
    if (written && key) ++report.keyframes;
    return true;
  }

  std::unique_ptr<Mp4Writer> writer_;
  std::optional<Timeline> timeline_;
};

using FileNames = std::function<std::string(std::size_t)>;

struct Attempt {
  std::vector<RemuxReport> reports;
  std::uint64_t wanted_reserve = 0;  // of any file; 0: all are finished
};

// Files from runs that follow one another.
class RunsWriter {
 public:
  RunsWriter(const MakePartRequest& request, const FileNames& name, WriteHow how)
      : request_(request), name_(name), how_(how) {}

  /// Copies the run; `left` is it and all behind it. Returns what is left behind its end (RunSource::rest).
  Result<std::optional<MediaRun>> add(std::shared_ptr<RunSource> run, const std::vector<MediaRun>& left) {
    if (last_) REC_CHECK(file_->copy_sound(*last_, last_->sound_end(*run)));
    std::string differs = file_ ? difference(*file_->first, *run, how_.mixed) : "";
    if (!differs.empty()) {
      if (!how_.many) return fail(Errc::conflict, run->name() + ": " + differs + "; begin a new part there");
      REC_CHECK(close_file());
      too_often_ = attempt_.reports.size() == kMostFiles;
      if (too_often_)
        return fail(Errc::corrupt, run->name() + ": codec parameters change too often (" + differs + ")");
    }
    if (!file_) {
      const std::uint64_t kept = how_.reserve ? estimate_moov(*run, left, request_.title) : 0;
      REC_TRY(file_, FileWriter::open(name_(attempt_.reports.size()), run, request_.title, kept, how_.mixed));
      file_->report.because = std::move(differs);
    }
    last_ = std::move(run);
    REC_CHECK(file_->copy(*last_));
    return last_->rest();
  }

  Result<Attempt> finish() {
    if (last_) {
      std::optional<Ticks90k> until;
      if (!request_.next.extents.empty()) {
        const auto behind = RunSource::open(MediaRun{request_.next.extents, {}}, "what follows the part");
        if (behind) until = last_->sound_end(**behind);
      }
      REC_CHECK(file_->copy_sound(*last_, until));
      REC_CHECK(close_file());
    }
    if (attempt_.reports.empty()) return fail(Errc::corrupt, name_(0) + ": nothing playable");
    return std::move(attempt_);
  }

  /// What add() failed for.
  [[nodiscard]] bool too_often() const { return too_often_; }

 private:
  Result<bool> close_file() {
    const std::unique_ptr<FileWriter> file = std::move(file_);
    last_.reset();
    if (file->empty()) {
      ::unlink(file->path.c_str());
      return true;
    }
    REC_TRY(const std::uint64_t wanted, file->finish());
    attempt_.wanted_reserve = std::max(attempt_.wanted_reserve, wanted);
    attempt_.reports.push_back(std::move(file->report));
    return true;
  }

  const MakePartRequest& request_;
  const FileNames& name_;
  WriteHow how_;
  bool too_often_ = false;
  std::unique_ptr<FileWriter> file_;
  std::shared_ptr<RunSource> last_;  // its sound may go on to where the next one begins
  Attempt attempt_;
};

// Runs that are not all there are worth it only if something can be shown.
Result<bool> check_salvage(const PresentRuns& present, const std::vector<RemuxReport>& reports) {
  if (present.missing.empty()) return true;
  for (const RemuxReport& report : reports) {
    if (report.keyframes > 0 || report.video_packets == 0) return true;
  }
  return fail(Errc::corrupt, "no keyframe is left");
}

Result<Attempt> write_runs(const PresentRuns& present, const MakePartRequest& request, const FileNames& name,
                           WriteHow how) {
  forget_av_errors();
  RunsWriter writer(request, name, how);
  std::vector<MediaRun> left = present.runs;
  for (std::size_t i = 0; i < present.runs.size(); ++i) {
    std::optional<MediaRun> next = present.runs[i];
    while (next) {
      Result<std::unique_ptr<RunSource>> run =
          RunSource::open(*next, run_name(i, *next), request.sound_alone, how.mixed);
      // What is left of a run that is not all there may be too little to be opened.
      if (!run && present.clipped[i] && run.error().code == Errc::corrupt) break;
      if (!run) return fail(std::move(run).error());
      left.front() = *next;
      auto rest = writer.add(*std::move(run), left);
      if (writer.too_often() && !how.mixed) {
        how.mixed = true;
        return write_runs(present, request, name, how);
      }
      REC_TRY(next, std::move(rest));
    }
    left.erase(left.begin());
  }
  REC_TRY(Attempt attempt, writer.finish());
  REC_CHECK(check_salvage(present, attempt.reports));
  return attempt;
}

Result<std::vector<RemuxReport>> remux_as(const MakePartRequest& request, const FileNames& name, bool many) {
  if (request.runs.empty()) return fail(Errc::invalid, name(0) + ": no runs to make it of");
  collect_av_errors();
  REC_TRY(const PresentRuns present, present_runs(request.runs));
  WriteHow how{.many = many, .reserve = !request.sound_alone};
  Result<Attempt> attempt = write_runs(present, request, name, how);
  // How long an index of sound alone will be is not guessed: such files are small.
  // Offsets may take more bytes behind a larger reserve, so the second attempt leaves nothing to guess.
  how.reserve = false;
  if (attempt && attempt->wanted_reserve > 0) attempt = write_runs(present, request, name, how);
  if (!attempt && present.missing.empty()) return fail(std::move(attempt).error());
  if (!attempt) return fail(std::move(attempt).error().in(present.missing));
  std::string& missing = attempt->reports.front().missing;
  missing = present.missing + (present.missing.empty() || missing.empty() ? "" : "; ") + missing;
  return std::move(attempt->reports);
}

}  // namespace

Result<std::vector<RemuxReport>> remux_files(const MakePartRequest& request, const FileNames& name) {
  return remux_as(request, name, true);
}

Result<RemuxReport> remux(const std::vector<MediaRun>& runs, const std::string& output,
                          const std::string& title) {
  MakePartRequest request;
  request.runs = runs;
  request.title = title;
  const FileNames name = [&](std::size_t) { return output; };
  REC_TRY(std::vector<RemuxReport> reports, remux_as(request, name, false));
  return std::move(reports.front());
}

}  // namespace rec::media
