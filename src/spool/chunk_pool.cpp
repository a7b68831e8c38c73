#include "spool/chunk_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace rec {

Chunk::Chunk() : memory_(static_cast<char*>(std::aligned_alloc(kAlignment, kBytes))) {
  if (!memory_) throw std::bad_alloc();
}

void Chunk::Free::operator()(char* memory) const { std::free(memory); }  // NOLINT(*-no-malloc)

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
    ++out_;
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
  return out_ > most_;
}

void ChunkPool::when_room(std::function<void()> resume) {
  {
    const std::scoped_lock lock(mutex_);
    if (out_ > most_) {
      waiting_.push_back(std::move(resume));
      return;
    }
  }
  resume();
}

void ChunkPool::take_back(std::unique_ptr<Chunk> chunk) {
  std::vector<std::function<void()>> resumed;
  {
    const std::scoped_lock lock(mutex_);
    --out_;
    chunk->clear();
    if (spare_.size() + out_ < most_) spare_.push_back(std::move(chunk));
    if (out_ <= most_) resumed.swap(waiting_);
  }
  for (const auto& resume : resumed) resume();
}

}  // namespace rec
