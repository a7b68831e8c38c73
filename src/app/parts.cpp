#include "app/parts.hpp"

#include <algorithm>
#include <array>

#include "core/codecs.hpp"

namespace rec {
namespace {

void extend(MediaRun& run, const SegmentRecord& record, const std::string& file) {
  for (const ByteSpan& span : record.spans) {
    Extent* last = run.extents.empty() ? nullptr : &run.extents.back();
    if (last != nullptr && last->offset + last->bytes == span.offset) {
      last->bytes += span.bytes;
    } else {
      run.extents.push_back(Extent{file, span.offset, span.bytes});
    }
  }
}

// The newest initialization section of the same track and epoch before it.
const SegmentRecord* init_before(const std::vector<SegmentRecord>& log, std::uint64_t ordinal) {
  const SegmentInfo& info = log[ordinal].info;
  for (std::uint64_t i = ordinal; i > 0; --i) {
    const SegmentRecord& record = log[i - 1];
    if (record.info.track != info.track) continue;
    if (record.info.epoch != info.epoch) break;
    if (record.info.init) return &record;
  }
  return nullptr;
}

bool begins_run(const SegmentRecord* previous, const SegmentRecord& record) {
  return previous == nullptr || record.info.init || record.info.epoch != previous->info.epoch ||
         (record.info.discontinuity && !previous->info.init);
}

struct Run {
  MediaRun media;
  std::uint64_t first = 0;  ///< ordinals of its media segments
  std::uint64_t last = 0;
};

// The runs of one track between two ordinals, both included.
std::vector<Run> runs_between(const std::vector<SegmentRecord>& log, std::uint64_t first, std::uint64_t last,
                              std::uint8_t track, const std::string& file) {
  std::vector<Run> runs;
  const SegmentRecord* previous = nullptr;
  for (std::uint64_t i = first; i <= last; ++i) {
    const SegmentRecord& record = log[i];
    if (record.info.track != track) continue;
    if (begins_run(previous, record)) {
      // An initialization section with nothing behind it plays nothing, and would spoil the others.
      if (previous != nullptr && previous->info.init) runs.pop_back();
      runs.emplace_back().first = i;
      const SegmentRecord* init = record.info.init ? nullptr : init_before(log, i);
      if (init != nullptr) extend(runs.back().media, *init, file);
    }
    extend(runs.back().media, record, file);
    if (previous != nullptr && previous->info.init) runs.back().first = i;
    runs.back().last = i;
    previous = &record;
  }
  if (previous != nullptr && previous->info.init) runs.pop_back();
  return runs;
}

constexpr Micros kSoundAhead = std::chrono::minutes(2);
constexpr Micros kSoundBehind = std::chrono::seconds(30);
constexpr std::chrono::seconds kClockSkew{10};
constexpr std::uint8_t kSoundTrack = 1;

// How often the track has begun anew, or broken its clock, up to each of its segments: the k-th break of the
// one is the k-th of the other.
std::vector<std::uint32_t> stretches_of(const std::vector<SegmentRecord>& log) {
  std::vector<std::uint32_t> out;
  out.reserve(log.size());
  struct Track {
    std::uint32_t breaks = 0, take = 0, epoch = 0;
  };
  std::array<Track, 2> tracks;
  for (const SegmentRecord& record : log) {
    Track& track = tracks.at(std::min<std::size_t>(record.info.track, 1));
    const bool fresh = record.info.take != track.take;
    if (fresh) track.breaks = 0;
    if (!fresh && (record.info.epoch != track.epoch || record.info.discontinuity)) ++track.breaks;
    track.take = record.info.take;
    track.epoch = record.info.epoch;
    out.push_back(track.breaks);
  }
  return out;
}

// Picks the sound that may be heard while a run is shown.
class SoundFinder {
 public:
  SoundFinder(const std::vector<SegmentRecord>& log, const std::string& file)
      : log_(log), file_(file), stretches_(stretches_of(log)) {}

  [[nodiscard]] std::vector<std::vector<Extent>> beside(const Run& run) const {
    const auto [first, last] = window(run);
    const bool paired = any_in_stretch(first, last, run);
    std::vector<std::vector<Extent>> pieces;
    const SegmentRecord* previous = nullptr;
    for (std::uint64_t i = first; i <= last; ++i) {
      const SegmentRecord& record = log_[i];
      if (!is_sound(record)) continue;
      if ((paired && !in_stretch(i, run)) || !may_overlap(record, run)) continue;
      if (begins_run(previous, record)) {
        pieces.emplace_back();
        if (const SegmentRecord* init = init_before(log_, i)) add(pieces.back(), *init);
      }
      add(pieces.back(), record);
      previous = &record;
    }
    return pieces;
  }

 private:
  static bool is_sound(const SegmentRecord& record) {
    return record.info.track == kSoundTrack && !record.info.init && !record.released;
  }
  [[nodiscard]] bool in_stretch(std::uint64_t sound, const Run& run) const {
    return log_[sound].info.take == log_[run.first].info.take && stretches_[sound] == stretches_[run.first];
  }
  [[nodiscard]] bool any_in_stretch(std::uint64_t first, std::uint64_t last, const Run& run) const {
    for (std::uint64_t i = first; i <= last; ++i) {
      if (is_sound(log_[i]) && in_stretch(i, run)) return true;
    }
    return false;
  }

  // Ordinals between which its sound lies in any case.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> window(const Run& run) const {
    std::uint64_t first = run.first;
    for (Micros length{0}; first > 0 && length < kSoundAhead; --first) {
      if (is_sound(log_[first - 1])) length += log_[first - 1].info.duration;
    }
    std::uint64_t last = run.last;
    for (Micros length{0}; last + 1 < log_.size() && length < kSoundBehind; ++last) {
      if (is_sound(log_[last + 1])) length += log_[last + 1].info.duration;
    }
    return {first, last};
  }

  // By the playlists' wall clock, where both have one.
  [[nodiscard]] bool may_overlap(const SegmentRecord& sound, const Run& run) const {
    const auto& begins = log_[run.first].info.program_date_time;
    const auto& ends = log_[run.last].info.program_date_time;
    const auto& heard = sound.info.program_date_time;
    if (!begins || !ends || !heard) return true;
    const auto length = [](const SegmentRecord& record) {
      return std::chrono::duration_cast<Millis>(record.info.duration);
    };
    return *heard + length(sound) + kClockSkew >= *begins &&
           *heard <= *ends + length(log_[run.last]) + kClockSkew;
  }

  void add(std::vector<Extent>& piece, const SegmentRecord& record) const {
    MediaRun run{std::move(piece), {}};
    extend(run, record, file_);
    piece = std::move(run.extents);
  }

  const std::vector<SegmentRecord>& log_;
  const std::string& file_;
  std::vector<std::uint32_t> stretches_;
};

// Enough of what follows for its first picture to be seen.
MediaRun beginning_behind(const session::Part& part, const std::vector<SegmentRecord>& log,
                          const std::string& file) {
  constexpr int kEnough = 3;
  std::uint64_t last = part.last_ordinal;
  for (int found = 0; found < kEnough && last + 1 < log.size(); ++last) {
    if (log[last + 1].released) break;
    const SegmentInfo& info = log[last + 1].info;
    if (info.track == 0 && !info.init) ++found;
  }
  if (last == part.last_ordinal) return {};
  std::vector<Run> runs = runs_between(log, part.last_ordinal + 1, last, 0, file);
  return runs.empty() ? MediaRun{} : std::move(runs.front().media);
}

// What the last run goes on with, until a keyframe has most likely come: where groups of pictures are longer
// than segments, a part that ends with a segment would lose the pictures up to the next one's first keyframe.
void add_tail(MediaRun& run, const session::Part& part, const std::vector<SegmentRecord>& log,
              const std::string& file) {
  constexpr int kMostSegments = 8;
  constexpr std::uint64_t kMostTail = 64U << 20U;
  const SegmentRecord* previous = nullptr;
  std::string_view codecs;
  for (std::uint64_t i = part.first_ordinal; i <= part.last_ordinal; ++i) {
    if (log[i].info.track != 0) continue;
    previous = &log[i];
    if (!previous->info.codecs.empty()) codecs = previous->info.codecs;
  }
  if (previous == nullptr || previous->info.init) return;
  int added = 0;
  for (std::uint64_t i = part.last_ordinal + 1; i < log.size() && added < kMostSegments; ++i) {
    const SegmentRecord& record = log[i];
    if (record.info.track != 0) continue;
    if (record.released || begins_run(previous, record) || run.tail_bytes + record.bytes > kMostTail) break;
    if (!record.info.codecs.empty() && !codecs_continue(codecs, record.info.codecs)) break;
    extend(run, record, file);
    run.tail_bytes += record.bytes;
    previous = &record;
    ++added;
  }
}

Result<std::vector<Run>> runs_of_part(const session::Part& part, const std::vector<SegmentRecord>& log,
                                      const std::string& media_path) {
  if (part.first_ordinal > part.last_ordinal || part.last_ordinal >= log.size()) {
    return fail(Errc::invalid,
                "part " + std::to_string(part.number) + " lies outside the segment log " + media_path);
  }
  if (!lies_in(part, log)) {
    return fail(Errc::invalid, "part " + std::to_string(part.number) +
                                   " was made before, and its segments are not in " + media_path +
                                   " any more");
  }
  return runs_between(log, part.first_ordinal, part.last_ordinal, 0, media_path);
}

}  // namespace

bool lies_in(const session::Part& part, const std::vector<SegmentRecord>& log) {
  if (part.last_ordinal >= log.size()) return false;
  for (std::uint64_t i = part.first_ordinal; i <= part.last_ordinal; ++i) {
    if (log[i].released && log[i].info.track == 0) return false;
  }
  return true;
}

Result<std::vector<MediaRun>> runs_of(const session::Part& part, const std::vector<SegmentRecord>& log,
                                      const std::string& media_path) {
  REC_TRY(std::vector<Run> runs, runs_of_part(part, log, media_path));
  std::vector<MediaRun> out;
  for (Run& run : runs) out.push_back(std::move(run.media));
  return out;
}

Result<MakePartRequest> media_of(const session::Part& part, const std::vector<SegmentRecord>& log,
                                 const std::string& media_path) {
  REC_TRY(std::vector<Run> runs, runs_of_part(part, log, media_path));
  const bool beside =
      std::ranges::any_of(log, [](const SegmentRecord& record) { return record.info.track != 0; });
  MakePartRequest request;
  if (beside) {
    const SoundFinder sound(log, media_path);
    for (Run& run : runs) run.media.sound = sound.beside(run);
    request.next = beginning_behind(part, log, media_path);
  }
  for (Run& run : runs) request.runs.push_back(std::move(run.media));
  if (!request.runs.empty()) add_tail(request.runs.back(), part, log, media_path);
  return request;
}

std::vector<Gap> gaps_of(const session::Part& part, const std::vector<Gap>& gaps) {
  std::vector<Gap> within;
  for (const Gap& gap : gaps) {
    const bool behind_its_first = gap.before_ordinal > part.first_ordinal;
    const bool before_everything = gap.before_ordinal == 0 && part.first_ordinal == 0;
    const bool not_behind_it = gap.before_ordinal <= part.last_ordinal + 1;
    if ((behind_its_first && not_behind_it) || before_everything) within.push_back(gap);
  }
  return within;
}

std::vector<session::PartFile> files_of(const session::Session& session, const session::Post& post,
                                        session::PartState state) {
  std::vector<session::PartFile> files;
  for (const session::Part& part : session.parts) {
    if (!belongs(part, post) || part.state != state) continue;
    for (session::PartFile& file : all_files(part.file)) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace rec
