#include "app/parts.hpp"

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

const SegmentRecord* init_before(const std::vector<SegmentRecord>& log, std::uint64_t ordinal) {
  const std::uint32_t epoch = log[ordinal].info.epoch;
  for (std::uint64_t i = ordinal; i > 0; --i) {
    const SegmentRecord& record = log[i - 1];
    if (record.info.epoch != epoch) break;
    if (record.info.init) return &record;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<MediaRun>> runs_of(const session::Part& part, const std::vector<SegmentRecord>& log,
                                      const std::string& media_path) {
  if (part.first_ordinal > part.last_ordinal || part.last_ordinal >= log.size()) {
    return fail(Errc::invalid,
                "part " + std::to_string(part.number) + " lies outside the segment log " + media_path);
  }
  std::vector<MediaRun> runs;
  const SegmentRecord* previous = nullptr;
  for (std::uint64_t i = part.first_ordinal; i <= part.last_ordinal; ++i) {
    const SegmentRecord& record = log[i];
    const bool fresh = previous == nullptr || record.info.init || record.info.epoch != previous->info.epoch ||
                       (record.info.discontinuity && !previous->info.init);
    if (fresh) {
      // An initialization section with nothing behind it plays nothing, and would spoil the others.
      if (previous != nullptr && previous->info.init) runs.pop_back();
      runs.emplace_back();
      const SegmentRecord* init = record.info.init ? nullptr : init_before(log, i);
      if (init != nullptr) extend(runs.back(), *init, media_path);
    }
    extend(runs.back(), record, media_path);
    previous = &record;
  }
  if (previous->info.init) runs.pop_back();
  return runs;
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

}  // namespace rec
