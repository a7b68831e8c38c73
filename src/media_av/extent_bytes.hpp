// Extents as one array of bytes that can be looked into anywhere. Blocking.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ports/media_maker.hpp"

namespace rec::media {

class ExtentBytes {
 public:
  explicit ExtentBytes(const std::vector<MediaRun>& runs);
  ~ExtentBytes();
  ExtentBytes(const ExtentBytes&) = delete;
  ExtentBytes& operator=(const ExtentBytes&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Fills `into` with the bytes from `at` on; returns how many there were. What cannot be read ends it.
  std::size_t read(std::uint64_t at, std::span<std::uint8_t> into);

 private:
  std::size_t read_extent(const Extent& extent, std::uint64_t at, std::span<std::uint8_t> into);

  std::vector<Extent> extents_;
  std::vector<std::uint64_t> begins_;
  std::uint64_t size_ = 0;
  std::string open_name_;
  int fd_ = -1;
};

}  // namespace rec::media
