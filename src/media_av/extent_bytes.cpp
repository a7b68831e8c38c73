// Finds the extent, reads from its file.
#include "media_av/extent_bytes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace rec::media {

ExtentBytes::ExtentBytes(const std::vector<MediaRun>& runs) {
  for (const MediaRun& run : runs) {
    for (const Extent& extent : run.extents) {
      if (extent.bytes == 0) continue;
      begins_.push_back(size_);
      extents_.push_back(extent);
      size_ += extent.bytes;
    }
  }
}

ExtentBytes::~ExtentBytes() {
  if (fd_ >= 0) ::close(fd_);
}

std::size_t ExtentBytes::read_extent(const Extent& extent, std::uint64_t at, std::span<std::uint8_t> into) {
  if (fd_ < 0 || extent.file != open_name_) {
    if (fd_ >= 0) ::close(fd_);
    open_name_ = extent.file;
    fd_ = ::open(extent.file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd_ < 0) return 0;
  }
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        ::pread(fd_, into.data() + done, into.size() - done, static_cast<off_t>(extent.offset + at + done));
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::size_t ExtentBytes::read(std::uint64_t at, std::span<std::uint8_t> into) {
  std::size_t done = 0;
  auto next = std::ranges::upper_bound(begins_, at);
  while (next != begins_.begin() && done < into.size() && at + done < size_) {
    const auto index = static_cast<std::size_t>(next - begins_.begin()) - 1;
    const std::uint64_t inside = at + done - begins_[index];
    const std::uint64_t left = extents_[index].bytes - inside;
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size() - done));
    const std::size_t got = read_extent(extents_[index], inside, into.subspan(done, want));
    done += got;
    if (got < want) break;
    ++next;
    if (static_cast<std::size_t>(next - begins_.begin()) > begins_.size()) break;
  }
  return done;
}

}  // namespace rec::media
