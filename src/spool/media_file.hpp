// The media file of a segment log: pieces go to its end, past the page cache where the file system can do
// that, so that hundreds of streams do not push everything else out of memory.
#pragma once
#include <cstdint>
#include <string>

#include "base/fd.hpp"
#include "base/result.hpp"
#include "core/segment.hpp"
#include "spool/chunk_pool.hpp"

namespace rec {

/// Not thread-safe. Errors are those of errno_error, and name the path.
class MediaFile {
 public:
  /// Opens or creates (mode 0600). The name itself is durable only after sync_folder of the file's folder.
  static Result<MediaFile> open(std::string path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Writes the chunk at the next multiple of Chunk::kAlignment. After a failure the file is as long as
  /// before and the next chunk goes to the same place.
  Result<ByteSpan> write(Chunk& chunk);
  Result<void> cut_back(std::uint64_t size);
  Result<void> sync();
  /// The bytes of the spans, one after the other, at most `most` of them. corrupt: the file ends before that.
  Result<std::string> read(const std::vector<ByteSpan>& spans, std::uint64_t most) const;
  /// The span's room is given back; it reads as zeros. Best effort: some file systems cannot.
  void discard(const ByteSpan& span);

 private:
  MediaFile(std::string path, Fd writer, Fd reader, std::uint64_t size);
  [[nodiscard]] Failure failed(int errno_value, const char* doing) const;
  Result<void> write_at(std::uint64_t offset, std::string_view bytes);

  std::string path_;
  Fd writer_;
  Fd reader_;
  std::uint64_t size_ = 0;
  bool direct_ = true;
};

}  // namespace rec
