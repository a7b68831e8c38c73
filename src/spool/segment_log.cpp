// The segment log: recovery on open, then append with rollback.
#include "spool/segment_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <mutex>
#include <optional>
#include <random>

#include "base/folders.hpp"
#include "base/log.hpp"
#include "spool/append_file.hpp"
#include "spool/index_format.hpp"
#include "spool/media_file.hpp"

namespace rec {
namespace {

// A disk that lost what it called synced loses seconds of it. More bad segments than this is damage of
// another kind, and not ours to throw away.
constexpr std::size_t kMostSegmentsCut = 32;

/// What the index holds, and where each segment's record begins, to be able to cut before it.
struct IndexContents {
  std::vector<SegmentRecord> segments;
  std::vector<Gap> gaps;
  std::vector<std::size_t> starts;  ///< of the segments' records
  std::uint32_t salt = 0;
  std::size_t end = 0;  ///< behind the last whole record
  /// Behind the last byte of any segment: they need not lie in their order.
  [[nodiscard]] std::uint64_t media_end() const {
    std::uint64_t last = 0;
    for (const SegmentRecord& segment : segments) {
      for (const ByteSpan& span : segment.spans) last = std::max(last, span.offset + span.bytes);
    }
    return last;
  }
};

bool follows(const IndexContents& so_far, const Gap& next) {
  return next.before_ordinal == so_far.segments.size();
}

bool follows(const IndexContents& so_far, const SegmentRecord& next) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t total = 0;
  for (const ByteSpan& span : next.spans) {
    if (span.bytes == 0 || span.bytes > kMost || span.offset > kMost - span.bytes) return false;
    total += span.bytes;
  }
  return next.ordinal == so_far.segments.size() && total == next.bytes && total > 0;
}

Result<IndexContents> parse_index(std::string_view index) {
  IndexContents contents;
  REC_TRY(contents.salt, index_format::read_header(index));
  contents.end = index_format::kHeaderBytes;
  while (contents.end < index.size()) {
    auto decoded = index_format::decode(index, contents.end, contents.salt);
    if (!decoded) {
      if (index_format::is_torn_tail(index, contents.end, contents.salt)) break;
      return fail(std::move(decoded).error());
    }
    if (!std::visit([&](const auto& entry) { return follows(contents, entry); }, decoded->entry)) {
      return fail(Errc::corrupt, "record at byte " + std::to_string(contents.end) + " is out of order");
    }
    if (auto* segment = std::get_if<SegmentRecord>(&decoded->entry)) {
      contents.starts.push_back(contents.end);
      contents.segments.push_back(std::move(*segment));
    } else {
      contents.gaps.push_back(std::get<Gap>(decoded->entry));
    }
    contents.end += decoded->bytes;
  }
  return contents;
}

void drop_last_segment(IndexContents& contents) {
  contents.end = contents.starts.back();
  contents.starts.pop_back();
  contents.segments.pop_back();
  const auto left = contents.segments.size();
  std::erase_if(contents.gaps, [left](const Gap& gap) { return gap.before_ordinal > left; });
}

Result<bool> last_is_whole(const IndexContents& contents, const MediaFile& media) {
  const SegmentRecord& last = contents.segments.back();
  if (std::ranges::any_of(last.spans,
                          [&](const ByteSpan& span) { return span.offset + span.bytes > media.size(); }))
    return false;
  REC_TRY(const std::string bytes, media.read(last.spans, last.bytes));
  return index_format::checksum(bytes) == last.checksum;
}

// The media file may hold less than the index says only after a disk lost what it had called synced.
Result<void> drop_what_the_disk_lost(IndexContents& contents, const MediaFile& media) {
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
    drop_last_segment(contents);
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
  std::uint32_t salt = 0;
  std::vector<SegmentRecord> segments{};
  std::uint64_t forgotten = 0;  ///< segments before those
  std::vector<Gap> gaps{};
  std::optional<Error> poison{};
  std::mutex mutex{};                     ///< guards the next
  std::vector<SegmentBytes> abandoned{};  ///< to be discarded with the next segment

  Result<void> recover();
  Result<void> append_entry(const index_format::Entry& entry);
  void discard_abandoned();
};

Result<void> SegmentLog::Impl::recover() {
  // The header is durable before the first segment, so a crash never leaves media without one.
  if (index.size() < index_format::kHeaderBytes) {
    if (media.size() > 0) {
      return fail(Errc::corrupt, index.path() +
                                     ": missing or cut off, though there is media; nothing was changed, "
                                     "restore the index or move the folder aside");
    }
    REC_CHECK(index.cut_back(0));
    salt = std::random_device{}();
    REC_CHECK(index.append(index_format::header(salt)));
    return index.sync();
  }
  REC_TRY(const std::string bytes, index.read(0, index.size()));
  auto contents = parse_index(bytes);
  if (!contents) return fail(std::move(contents).error().in(index.path()));
  REC_CHECK(drop_what_the_disk_lost(*contents, media));
  REC_CHECK(cut_tail(index, contents->end));
  REC_CHECK(cut_tail(media, contents->media_end()));
  salt = contents->salt;
  segments = std::move(contents->segments);
  gaps = std::move(contents->gaps);
  return {};
}

// On failure the index is as long as before; if that cannot be had, or the sync failed, the object is
// poisoned.
Result<void> SegmentLog::Impl::append_entry(const index_format::Entry& entry) {
  REC_TRY(const std::string bytes, index_format::encode(entry, salt));
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

SegmentLog::SegmentLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SegmentLog::~SegmentLog() = default;

Result<std::unique_ptr<SegmentLog>> SegmentLog::open(const std::string& folder) {
  REC_CHECK(make_folders(folder));
  REC_TRY(AppendFile index, AppendFile::open(folder + "/index.bin"));
  REC_TRY(MediaFile media, MediaFile::open(media_path(folder)));
  REC_CHECK(sync_folder(folder));
  std::unique_ptr<Impl> impl(new Impl{.media = std::move(media), .index = std::move(index)});
  REC_CHECK(impl->recover());
  return std::unique_ptr<SegmentLog>(new SegmentLog(std::move(impl)));
}

Result<std::vector<SegmentRecord>> SegmentLog::read_segments(const std::string& folder) {
  const std::string path = folder + "/index.bin";
  if (::access(path.c_str(), F_OK) != 0) return fail(errno_error(errno, "cannot open " + path));
  REC_TRY(const AppendFile index, AppendFile::open(path));
  REC_TRY(const std::string bytes, index.read(0, index.size()));
  auto contents = parse_index(bytes);
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
  impl_->segments.push_back(record);
  impl_->discard_abandoned();
  return record;
}

Result<std::string> SegmentLog::read(const SegmentBytes& bytes, std::uint64_t most) const {
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

bool SegmentLog::poisoned() const { return impl_->poison.has_value(); }

const std::vector<SegmentRecord>& SegmentLog::segments() const { return impl_->segments; }
std::uint64_t SegmentLog::count() const { return impl_->forgotten + impl_->segments.size(); }

void SegmentLog::keep_newest(std::size_t most) {
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
