// O_DIRECT where it is to be had, plain writes elsewhere.
#include "spool/media_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "spool/read_at.hpp"

namespace rec {

Result<MediaFile> MediaFile::open(std::string path) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC;
  Fd writer(::open(path.c_str(), kFlags | O_DIRECT, 0600));
  if (!writer && errno == EINVAL) writer = Fd(::open(path.c_str(), kFlags, 0600));
  if (!writer) return fail(errno_error(errno, "cannot open " + path));
  Fd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reader) return fail(errno_error(errno, "cannot open " + path));
  struct stat info{};
  if (::fstat(writer.get(), &info) != 0) return fail(errno_error(errno, "cannot stat " + path));
  return MediaFile(std::move(path), std::move(writer), std::move(reader),
                   static_cast<std::uint64_t>(info.st_size));
}

MediaFile::MediaFile(std::string path, Fd writer, Fd reader, std::uint64_t size)
    : path_(std::move(path)), writer_(std::move(writer)), reader_(std::move(reader)), size_(size) {}

Failure MediaFile::failed(int errno_value, const char* doing) const {
  return fail(errno_error(errno_value, std::string("cannot ") + doing + " " + path_));
}

Result<void> MediaFile::write_at(std::uint64_t offset, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote =
        ::pwrite(writer_.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (wrote >= 0) {
      done += static_cast<std::size_t>(wrote);
      // A write past a nearly full disk may end in the middle of a block: the rest goes through the cache.
      if (done % Chunk::kAlignment == 0) continue;
    } else if (errno == EINTR) {
      continue;
    } else if (errno != EINVAL || !direct_) {
      return failed(errno, "write");
    }
    direct_ = false;
    if (::fcntl(writer_.get(), F_SETFL, 0) != 0) return failed(errno, "write");
  }
  return {};
}

Result<ByteSpan> MediaFile::write(Chunk& chunk) {
  const std::uint64_t offset = (size_ + Chunk::kAlignment - 1) / Chunk::kAlignment * Chunk::kAlignment;
  const std::string_view bytes = chunk.padded();
  if (auto written = write_at(offset, bytes); !written) {
    static_cast<void>(::ftruncate(writer_.get(), static_cast<off_t>(size_)));  // best effort: it is unused
    return fail(std::move(written).error());
  }
  size_ = offset + bytes.size();
  return ByteSpan{.offset = offset, .bytes = chunk.view().size()};
}

Result<void> MediaFile::cut_back(std::uint64_t size) {
  if (::ftruncate(writer_.get(), static_cast<off_t>(size)) != 0) return failed(errno, "cut back");
  size_ = size;
  return {};
}

Result<void> MediaFile::sync() {
  // No retry: after one failure the kernel may drop the pages and call the next try a success.
  if (::fdatasync(writer_.get()) != 0) return failed(errno, "sync");
  return {};
}

Result<std::string> MediaFile::read(const std::vector<ByteSpan>& spans, std::uint64_t most) const {
  std::string bytes;
  for (const ByteSpan& span : spans) {
    const std::uint64_t wanted = std::min(span.bytes, most - bytes.size());
    if (span.offset > size_ || wanted > size_ - span.offset)
      return fail(Errc::corrupt, path_ + ": ends too early");
    REC_CHECK(read_at(reader_.get(), path_, span.offset, wanted, bytes));
  }
  return bytes;
}

void MediaFile::discard(const ByteSpan& span) {
  static_cast<void>(::fallocate(writer_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(span.offset), static_cast<off_t>(span.bytes)));
}

}  // namespace rec
