// Reads extents one after the other.
#include "media_av/extent_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "media/ts_tables.hpp"
#include "media_av/av.hpp"

namespace rec::media {
namespace {

constexpr int kReadBytes = 256 * 1024;
constexpr std::size_t kExtentWindow = 512 * 1024;
constexpr std::uint64_t kAlignment = 4096;

int read_extents(void* opaque, std::uint8_t* into, int size) {
  return static_cast<ExtentReader*>(opaque)->read(into, size);
}

}  // namespace

ExtentReader::ExtentReader(MediaRun run)
    : run_(std::move(run)),
      window_(static_cast<std::uint8_t*>(std::aligned_alloc(kAlignment, kExtentWindow)), &std::free) {
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
    window_bytes_ = 0;
    fd_ = ::open(extent.file.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT);
    direct_ = fd_ >= 0;
    if (fd_ < 0 && errno == EINVAL) fd_ = ::open(extent.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) {
      error_ = errno_error(errno, "opening " + extent.file);
      return false;
    }
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
  if (offset_ < window_at_ || offset_ >= window_at_ + window_bytes_) {
    if (!fill_window()) return AVERROR(EIO);
  }
  const std::uint64_t inside = offset_ - window_at_;
  const std::uint64_t got =
      std::min({left_, static_cast<std::uint64_t>(size), std::uint64_t{window_bytes_} - inside});
  std::memcpy(into, window_.get() + inside, got);
  offset_ += got;
  left_ -= got;
  return static_cast<int>(got);
}

// The window at offset_, not beyond the extent's last block: what lies behind it may be unreadable. Some file
// systems refuse direct reads only when they come.
bool ExtentReader::fill_window() {
  window_at_ = offset_ / kAlignment * kAlignment;
  window_bytes_ = 0;
  const std::uint64_t end = (offset_ + left_ + kAlignment - 1) / kAlignment * kAlignment;
  const std::uint64_t want = std::min<std::uint64_t>(kExtentWindow, end - window_at_);
  ssize_t got = 0;
  for (;;) {
    got = ::pread(fd_, window_.get(), want, static_cast<off_t>(window_at_));
    if (got >= 0) break;
    if (errno == EINTR) continue;
    if (errno != EINVAL || !direct_) break;
    direct_ = false;
    if (::fcntl(fd_, F_SETFL, 0) != 0) break;
  }
  if (got < 0) {
    error_ = errno_error(errno, "reading " + open_name_);
    return false;
  }
  window_bytes_ = static_cast<std::size_t>(got);
  if (window_at_ + window_bytes_ > offset_) return true;
  error_ = Error{Errc::corrupt, open_name_ + ": shorter than the segments said to be in it", {}};
  return false;
}

}  // namespace rec::media
