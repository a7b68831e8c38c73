// Packets' bytes in a file instead of in memory, for groups of pictures that are large. Blocking.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/fd.hpp"
#include "media_av/av.hpp"

namespace rec::media {

class PacketSpill {
 public:
  /// The file has that name only for a moment; one that a killed process left there goes.
  explicit PacketSpill(std::string path);

  /// The packet's bytes lie in the file from here on, and take no memory that the system cannot have back.
  /// They may be used longer than this object lives; room in the file comes back as packets go. no_space,
  /// denied: the packet is as it was.
  Result<bool> take(AVPacket& packet);

 private:
  struct Chunk;
  Result<bool> open();
  Result<bool> begin_chunk(std::uint64_t bytes);

  std::string path_;
  std::shared_ptr<Fd> file_{};
  std::shared_ptr<Chunk> chunk_{};
  std::uint64_t used_ = 0;  // of the chunk
  std::uint64_t end_ = 0;   // of the file
};

}  // namespace rec::media
