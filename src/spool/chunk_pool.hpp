// Pieces of aligned memory in which bodies gather and wait for the disk, and a measure of how many wait.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace rec {

/// A piece of a segment. Memory and length suit O_DIRECT.
class Chunk {
 public:
  static constexpr std::size_t kBytes = 128U << 10U;
  static constexpr std::size_t kAlignment = 4096;

  Chunk();
  /// As much of `bytes` as there is room for; how much that was.
  std::size_t fill(std::string_view bytes);
  [[nodiscard]] bool full() const { return used_ == kBytes; }
  [[nodiscard]] std::string_view view() const { return {memory_.get(), used_}; }
  /// With zeros behind the bytes, up to a multiple of kAlignment.
  [[nodiscard]] std::string_view padded();
  void clear() { used_ = 0; }

 private:
  struct Free {
    void operator()(char* memory) const;
  };
  std::unique_ptr<char, Free> memory_;
  std::size_t used_ = 0;
};

/// Thread-safe. Chunks may outlive it.
class ChunkPool : public std::enable_shared_from_this<ChunkPool> {
 public:
  /// Crowded is what it is while more than `most` chunks wait for the disk. Those that are being filled do
  /// not count: who waits holds one, and it would wait for itself.
  static std::shared_ptr<ChunkPool> make(std::size_t most);

  /// An empty one, crowded or not: who is told to wait has bytes in hand still. It comes back by itself.
  std::shared_ptr<Chunk> get();
  /// A chunk begins to wait for the disk; written() ends that.
  void enqueue();
  void written();
  [[nodiscard]] bool crowded() const;
  /// Calls `resume` once, as soon as the pool is not crowded: now, or on the thread that calls written().
  void when_room(std::function<void()> resume);

 private:
  explicit ChunkPool(std::size_t most) : most_(most) {}
  void take_back(std::unique_ptr<Chunk> chunk);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::size_t waiting_for_disk_ = 0;
  std::vector<std::unique_ptr<Chunk>> spare_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace rec
