// A mapped file without a name.
#include "media_av/packet_spill.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rec::media {
namespace {

constexpr std::uint64_t kSpillChunkBytes = 32U << 20U;
constexpr std::uint64_t kPage = 4096;

}  // namespace

struct PacketSpill::Chunk {
  std::shared_ptr<Fd> file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  void* memory = MAP_FAILED;

  Chunk(std::shared_ptr<Fd> of, std::uint64_t at, std::uint64_t length)
      : file(std::move(of)), offset(at), bytes(length) {}
  ~Chunk() {
    if (memory != MAP_FAILED) ::munmap(memory, bytes);
    static_cast<void>(::fallocate(file->get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  static_cast<off_t>(offset), static_cast<off_t>(bytes)));
  }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  /// As av_buffer_create wants it.
  static void let_go(void* holder, std::uint8_t* /*data*/) {
    delete static_cast<std::shared_ptr<Chunk>*>(holder);  // NOLINT(cppcoreguidelines-owning-memory)
  }
};

PacketSpill::PacketSpill(std::string path) : path_(std::move(path)) { ::unlink(path_.c_str()); }

Result<bool> PacketSpill::open() {
  Fd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return fail(errno_error(errno, "creating " + path_));
  ::unlink(path_.c_str());
  file_ = std::make_shared<Fd>(std::move(file));
  return true;
}

// Room is taken before it is written to: a mapping of a full disk would end the process.
Result<bool> PacketSpill::begin_chunk(std::uint64_t bytes) {
  const std::uint64_t length = (std::max(bytes, kSpillChunkBytes) + kPage - 1) / kPage * kPage;
  const int room = ::posix_fallocate(file_->get(), static_cast<off_t>(end_), static_cast<off_t>(length));
  if (room != 0) return fail(errno_error(room, "writing " + path_));
  auto chunk = std::make_shared<Chunk>(file_, end_, length);
  chunk->memory =
      ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file_->get(), static_cast<off_t>(end_));
  if (chunk->memory == MAP_FAILED) return fail(errno_error(errno, "mapping " + path_));
  end_ += length;
  used_ = 0;
  chunk_ = std::move(chunk);
  return true;
}

Result<bool> PacketSpill::take(AVPacket& packet) {
  if (!file_) {
    REC_CHECK(open());
  }
  const auto size = static_cast<std::uint64_t>(packet.size);
  const std::uint64_t needed = size + AV_INPUT_BUFFER_PADDING_SIZE;
  if (!chunk_ || chunk_->bytes - used_ < needed) {
    REC_CHECK(begin_chunk(needed));
  }
  std::uint8_t* place = static_cast<std::uint8_t*>(chunk_->memory) + used_;
  auto holder = std::make_unique<std::shared_ptr<Chunk>>(chunk_);
  AVBufferRef* buffer = av_buffer_create(place, needed, Chunk::let_go, holder.get(), 0);
  if (buffer == nullptr) return fail(av_error(AVERROR(ENOMEM), "keeping a packet"));
  [[maybe_unused]] const auto* buffers = holder.release();
  std::memcpy(place, packet.data, size);
  std::memset(place + size, 0, AV_INPUT_BUFFER_PADDING_SIZE);
  av_buffer_unref(&packet.buf);
  packet.buf = buffer;
  packet.data = place;
  used_ += needed;
  return true;
}

}  // namespace rec::media
