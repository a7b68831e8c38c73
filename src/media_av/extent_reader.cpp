// Reads extents one after the other.
#include "media_av/extent_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "media/ts_tables.hpp"
#include "media_av/av.hpp"

namespace rec::media {
namespace {

constexpr int kReadBytes = 256 * 1024;

int read_extents(void* opaque, std::uint8_t* into, int size) {
  return static_cast<ExtentReader*>(opaque)->read(into, size);
}

}  // namespace

ExtentReader::ExtentReader(MediaRun run) : run_(std::move(run)) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kReadBytes));
  io_ = avio_alloc_context(buffer, kReadBytes, 0, this, read_extents, nullptr, nullptr);
  io_->seekable = 0;
}

ExtentReader::~ExtentReader() {
  if (fd_ >= 0) ::close(fd_);
  av_freep(&io_->buffer);
  avio_context_free(&io_);
}

bool ExtentReader::open_next() {
  const Extent& extent = run_.extents[next_++];
  if (fd_ < 0 || extent.file != open_name_) {
    if (fd_ >= 0) ::close(fd_);
    open_name_ = extent.file;
    fd_ = ::open(extent.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) {
      error_ = errno_error(errno, "opening " + extent.file);
      return false;
    }
    ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  offset_ = extent.offset;
  left_ = extent.bytes;
  return true;
}

int ExtentReader::read(std::uint8_t* into, int size) {
  if (split_) return AVERROR_EOF;
  const int got = read_raw(into, size);
  if (got <= 0) return got;
  const std::uint64_t before = handed_out_;
  handed_out_ += static_cast<std::uint64_t>(got);
  split_ = watch_.feed({into, static_cast<std::size_t>(got)});
  if (!split_) return got;
  return *split_ > before ? static_cast<int>(*split_ - before) : AVERROR_EOF;
}

std::optional<MediaRun> ExtentReader::rest() const {
  if (!split_) return std::nullopt;
  MediaRun out;
  add_bytes(out, *split_, UINT64_MAX);
  return out;
}

MediaRun ExtentReader::behind(std::uint64_t offset) const {
  MediaRun out;
  if (const auto tables = watch_.tables()) {
    add_bytes(out, tables->pat, kTsPacket);
    add_bytes(out, tables->pmt, kTsPacket);
  }
  add_bytes(out, offset, UINT64_MAX);
  return out;
}

void ExtentReader::add_bytes(MediaRun& to, std::uint64_t offset, std::uint64_t bytes) const {
  for (const Extent& extent : run_.extents) {
    const std::uint64_t before = std::min(offset, extent.bytes);
    const std::uint64_t here = std::min(bytes, extent.bytes - before);
    offset -= before;
    bytes -= here;
    if (here > 0) to.extents.push_back({extent.file, extent.offset + before, here});
  }
}

int ExtentReader::read_raw(std::uint8_t* into, int size) {
  if (error_) return AVERROR(EIO);
  while (left_ == 0) {
    if (next_ == run_.extents.size()) return AVERROR_EOF;
    if (!open_next()) return AVERROR(EIO);
  }
  const auto want =
      static_cast<std::size_t>(std::min<std::uint64_t>(left_, static_cast<std::uint64_t>(size)));
  ssize_t got = 0;
  do {
    got = ::pread(fd_, into, want, static_cast<off_t>(offset_));
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    error_ = errno_error(errno, "reading " + open_name_);
    return AVERROR(EIO);
  }
  if (got == 0) {
    error_ = Error{Errc::corrupt, open_name_ + ": shorter than the segments said to be in it", {}};
    return AVERROR(EIO);
  }
  offset_ += static_cast<std::uint64_t>(got);
  left_ -= static_cast<std::uint64_t>(got);
  return static_cast<int>(got);
}

}  // namespace rec::media
