// The segment log: recovery on open, then append with rollback.
#include "spool/segment_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <optional>
#include <random>

#include "base/folders.hpp"
#include "base/log.hpp"
#include "spool/append_file.hpp"
#include "spool/index_format.hpp"
#include "spool/log_contents.hpp"
#include "spool/media_file.hpp"

namespace rec {
namespace {

// A disk that lost what it called synced loses seconds of it. More bad segments than this is damage of
// another kind, and not ours to throw away.
constexpr std::size_t kMostSegmentsCut = 32;

Result<bool> last_is_whole(const LogContents& contents, const MediaFile& media) {
  const SegmentRecord& last = contents.segments.back();
  if (last.released) return true;
  if (std::ranges::any_of(last.spans,
                          [&](const ByteSpan& span) { return span.offset + span.bytes > media.size(); }))
    return false;
  REC_TRY(const std::string bytes, media.read(last.spans, last.bytes));
  return index_format::checksum(bytes) == last.checksum;
}

// The media file may hold less than the index says only after a disk lost what it had called synced.
Result<void> drop_what_the_disk_lost(LogContents& contents, const MediaFile& media) {
  const std::size_t known = contents.segments.size();
  while (!contents.segments.empty()) {
    REC_TRY(const bool whole, last_is_whole(contents, media));
    if (whole) break;
    if (known - contents.segments.size() == kMostSegmentsCut) {
      return fail(Errc::corrupt,
                  media.path() + ": its last " + std::to_string(kMostSegmentsCut) +
                      " segments are not what the index says; nothing was changed, restore the "
                      "folder or move it aside");
    }
    contents.drop_last_segment();
  }
  if (known != contents.segments.size()) {
    log::warn("segment_log.segments_lost",
              {{"media", media.path()}, {"segments", known - contents.segments.size()}});
  }
  return {};
}

template <class File>
Result<void> cut_tail(File& file, std::uint64_t size) {
  if (file.size() <= size) return {};
  log::info("segment_log.tail_cut", {{"file", file.path()}, {"bytes", file.size() - size}});
  REC_CHECK(file.cut_back(size));
  return file.sync();
}

}  // namespace

struct SegmentLog::Impl {
  MediaFile media;
  AppendFile index;
  index_format::Header header{};
  std::vector<SegmentRecord> segments{};
  std::uint64_t forgotten = 0;  ///< segments before those
  std::vector<Gap> gaps{};
  std::optional<Error> poison{};
  mutable std::mutex mutex{};             ///< guards segments, forgotten and the next
  std::vector<SegmentBytes> abandoned{};  ///< to be discarded with the next segment

  Result<void> recover(std::uint64_t most);
  Result<void> append_entry(const index_format::Entry& entry);
  void discard_abandoned();
  Result<void> append_releases(const std::vector<OrdinalRange>& ordinals);
};

Result<void> SegmentLog::Impl::recover(std::uint64_t most) {
  // The header is durable before the first segment, so a crash never leaves media without one.
  if (index.size() < index_format::kHeaderBytes) {
    if (media.size() > 0) {
      return fail(Errc::corrupt, index.path() +
                                     ": missing or cut off, though there is media; nothing was changed, "
                                     "restore the index or move the folder aside");
    }
    REC_CHECK(index.cut_back(0));
    header.salt = std::random_device{}();
    REC_CHECK(index.append(index_format::header(header.salt)));
    return index.sync();
  }
  REC_TRY(const std::string bytes, index.read(0, index.size()));
  auto contents = read_log_contents(bytes);
  if (!contents) return fail(std::move(contents).error().in(index.path()));
  const std::size_t known = contents->segments.size();
  while (contents->segments.size() > most) contents->drop_last_segment();
  REC_CHECK(drop_what_the_disk_lost(*contents, media));
  REC_CHECK(cut_tail(index, contents->end));
  REC_CHECK(cut_tail(media, contents->media_end()));
  header = contents->header;
  // Whoever wrote it may have been killed before it was synced: what is told from here on must be durable.
  REC_CHECK(media.sync());
  REC_CHECK(index.sync());
  // What was released may have been said behind the segments that were dropped.
  if (known != contents->segments.size()) REC_CHECK(append_releases(contents->released));
  // A crash may have come between the word and the deed.
  for (const ByteSpan& span : released_spans(contents->segments)) media.discard(span);
  segments = std::move(contents->segments);
  gaps = std::move(contents->gaps);
  return {};
}

// On failure the index is as long as before; if that cannot be had, or the sync failed, the object is
// poisoned.
Result<void> SegmentLog::Impl::append_entry(const index_format::Entry& entry) {
  REC_TRY(const std::string bytes, index_format::encode(entry, header.salt));
  const std::uint64_t before = index.size();
  auto written = index.append(bytes);
  if (!written) {
    const auto cut = index.cut_back(before);
    if (!cut) poison = cut.error();
    return written;
  }
  auto synced = index.sync();
  if (!synced) {
    poison = synced.error();
    static_cast<void>(index.cut_back(before));  // best effort: the next open decides by what it finds
  }
  return synced;
}

void SegmentLog::Impl::discard_abandoned() {
  std::vector<SegmentBytes> gone;
  {
    const std::scoped_lock lock(mutex);
    gone.swap(abandoned);
  }
  for (const SegmentBytes& bytes : gone) {
    for (const ByteSpan& span : bytes.spans) media.discard(span);
  }
}

Result<void> SegmentLog::Impl::append_releases(const std::vector<OrdinalRange>& ordinals) {
  for (std::size_t from = 0; from < ordinals.size(); from += index_format::kMostRanges) {
    const auto until = std::min(ordinals.size(), from + index_format::kMostRanges);
    REC_CHECK(append_entry(index_format::Release{{ordinals.begin() + static_cast<std::ptrdiff_t>(from),
                                                  ordinals.begin() + static_cast<std::ptrdiff_t>(until)}}));
  }
  return {};
}

SegmentLog::SegmentLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SegmentLog::~SegmentLog() = default;

Result<std::unique_ptr<SegmentLog>> SegmentLog::open(const std::string& folder, std::uint64_t most) {
  REC_CHECK(make_folders(folder));
  REC_TRY(AppendFile index, AppendFile::open(folder + "/index.bin"));
  REC_TRY(MediaFile media, MediaFile::open(media_path(folder)));
  REC_CHECK(sync_folder(folder));
  std::unique_ptr<Impl> impl(new Impl{.media = std::move(media), .index = std::move(index)});
  REC_CHECK(impl->recover(most));
  return std::unique_ptr<SegmentLog>(new SegmentLog(std::move(impl)));
}

Result<std::vector<SegmentRecord>> SegmentLog::read_segments(const std::string& folder) {
  const std::string path = folder + "/index.bin";
  if (::access(path.c_str(), F_OK) != 0) return fail(errno_error(errno, "cannot open " + path));
  REC_TRY(const AppendFile index, AppendFile::open(path));
  REC_TRY(const std::string bytes, index.read(0, index.size()));
  auto contents = read_log_contents(bytes);
  if (!contents) return fail(std::move(contents).error().in(path));
  return std::move(contents->segments);
}

Result<void> SegmentLog::write(SegmentBytes& bytes, Chunk& chunk) {
  if (impl_->poison) return fail(*impl_->poison);
  REC_TRY(const ByteSpan span, impl_->media.write(chunk));
  bytes.bytes += span.bytes;
  if (!bytes.spans.empty() && bytes.spans.back().offset + bytes.spans.back().bytes == span.offset) {
    bytes.spans.back().bytes += span.bytes;
  } else {
    bytes.spans.push_back(span);
  }
  return {};
}

Result<SegmentRecord> SegmentLog::append(const SegmentInfo& info, SegmentBytes bytes, Instant now) {
  if (impl_->poison) return fail(*impl_->poison);
  if (bytes.bytes == 0) return fail(Errc::invalid, "an empty segment cannot be appended to " + media_path());
  SegmentRecord record{.info = info,
                       .ordinal = count(),
                       .spans = std::move(bytes.spans),
                       .bytes = bytes.bytes,
                       .checksum = bytes.checksum,
                       .appended_at = now};
  record.spans.shrink_to_fit();
  if (auto synced = impl_->media.sync(); !synced) {
    impl_->poison = synced.error();
    return fail(std::move(synced).error());
  }
  REC_CHECK(impl_->append_entry(record));
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->segments.push_back(record);
  }
  impl_->discard_abandoned();
  return record;
}

// Once another object has opened the files, what lies there may be other segments' bytes.
Result<std::string> SegmentLog::read(const SegmentBytes& bytes, std::uint64_t most) const {
  if (impl_->poison) return fail(*impl_->poison);
  return impl_->media.read(bytes.spans, most);
}

void SegmentLog::abandon(SegmentBytes bytes) {
  if (bytes.spans.empty()) return;
  const std::scoped_lock lock(impl_->mutex);
  impl_->abandoned.push_back(std::move(bytes));
}

void SegmentLog::retire() {
  if (!impl_->poison) impl_->poison = Error{Errc::unavailable, media_path() + " was opened anew", {}};
}

Result<Gap> SegmentLog::append_gap(Gap gap) {
  if (impl_->poison) return fail(*impl_->poison);
  gap.before_ordinal = count();
  REC_CHECK(impl_->append_entry(gap));
  impl_->gaps.push_back(gap);
  return gap;
}

Result<void> SegmentLog::release(const std::vector<OrdinalRange>& ordinals) {
  if (impl_->poison) return fail(*impl_->poison);
  if (impl_->header.version < index_format::kVersion) return {};
  for (const OrdinalRange& range : ordinals) {
    if (range.first > range.last || range.last >= count())
      return fail(Errc::invalid, media_path() + ": has no segments " + std::to_string(range.first) + " to " +
                                     std::to_string(range.last));
  }
  REC_CHECK(impl_->append_releases(ordinals));
  const std::scoped_lock lock(impl_->mutex);
  for (SegmentRecord& segment : impl_->segments) {
    const auto holds = [&](const OrdinalRange& range) {
      return range.first <= segment.ordinal && segment.ordinal <= range.last;
    };
    segment.released = segment.released || std::ranges::any_of(ordinals, holds);
  }
  return {};
}

Result<void> SegmentLog::give_back_released(const std::string& folder) {
  REC_TRY(const auto segments, read_segments(folder));
  const std::string path = media_path(folder);
  if (::access(path.c_str(), F_OK) != 0) return fail(errno_error(errno, "cannot open " + path));
  REC_TRY(MediaFile media, MediaFile::open(path));
  for (const ByteSpan& span : released_spans(segments)) media.discard(span);
  return {};
}

bool SegmentLog::poisoned() const { return impl_->poison.has_value(); }

const std::vector<SegmentRecord>& SegmentLog::segments() const { return impl_->segments; }
std::uint64_t SegmentLog::count() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->forgotten + impl_->segments.size();
}

std::vector<SegmentRecord> SegmentLog::newest(std::uint8_t track, std::size_t most) const {
  std::vector<SegmentRecord> out;
  const std::scoped_lock lock(impl_->mutex);
  const auto& all = impl_->segments;
  for (auto one = all.rbegin(); one != all.rend() && out.size() < most; ++one) {
    if (!one->info.init && one->info.track == track) out.push_back(*one);
  }
  std::ranges::reverse(out);
  return out;
}

void SegmentLog::keep_newest(std::size_t most) {
  const std::scoped_lock lock(impl_->mutex);
  auto& kept = impl_->segments;
  if (kept.size() < 2 * most) return;  // not at every segment
  const std::size_t old = kept.size() - most;
  kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(old));
  kept.shrink_to_fit();
  impl_->forgotten += old;
}
const std::vector<Gap>& SegmentLog::gaps() const { return impl_->gaps; }
std::string SegmentLog::media_path() const { return impl_->media.path(); }

}  // namespace rec
