#include "spool/chunk_pool.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace rec {
namespace {

/// Chunks that are kept for what comes next; more go back to the system, which malloc would not give them to.
/// Hundreds of channels use more by turns: a new one costs a page fault for each of its pages.
constexpr std::size_t kSpare = 256;

char* map_chunk() {
  void* memory = ::mmap(nullptr, Chunk::kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(memory);
}

}  // namespace

Chunk::Chunk() : memory_(map_chunk()) {}

void Chunk::Free::operator()(char* memory) const { ::munmap(memory, kBytes); }

std::size_t Chunk::fill(std::string_view bytes) {
  const std::size_t count = std::min(bytes.size(), kBytes - used_);
  std::memcpy(memory_.get() + used_, bytes.data(), count);
  used_ += count;
  return count;
}

std::string_view Chunk::padded() {
  const std::size_t whole = (used_ + kAlignment - 1) / kAlignment * kAlignment;
  std::memset(memory_.get() + used_, 0, whole - used_);
  return {memory_.get(), whole};
}

std::shared_ptr<ChunkPool> ChunkPool::make(std::size_t most) {
  return std::shared_ptr<ChunkPool>(new ChunkPool(most));
}

std::shared_ptr<Chunk> ChunkPool::get() {
  std::unique_ptr<Chunk> chunk;
  {
    const std::scoped_lock lock(mutex_);
    if (!spare_.empty()) {
      chunk = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  if (!chunk) chunk = std::make_unique<Chunk>();
  return {chunk.release(),
          [pool = shared_from_this()](Chunk* back) { pool->take_back(std::unique_ptr<Chunk>(back)); }};
}

bool ChunkPool::crowded() const {
  const std::scoped_lock lock(mutex_);
  return waiting_for_disk_ > most_;
}

void ChunkPool::when_room(std::function<void()> resume) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_for_disk_ > most_) {
      waiting_.push_back(std::move(resume));
      return;
    }
  }
  resume();
}

void ChunkPool::enqueue() {
  const std::scoped_lock lock(mutex_);
  ++waiting_for_disk_;
}

void ChunkPool::written() {
  std::vector<std::function<void()>> resumed;
  {
    const std::scoped_lock lock(mutex_);
    if (--waiting_for_disk_ <= most_) resumed.swap(waiting_);
  }
  for (const auto& resume : resumed) resume();
}

void ChunkPool::take_back(std::unique_ptr<Chunk> chunk) {
  chunk->clear();
  const std::scoped_lock lock(mutex_);
  if (spare_.size() < kSpare) spare_.push_back(std::move(chunk));
}

}  // namespace rec
