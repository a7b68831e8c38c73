// The bytes of a run, spread over extents of files, as one stream that libav can read. Nothing is copied to
// disk.
#pragma once
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "media_av/ts_watch.hpp"
#include "ports/media_maker.hpp"

struct AVIOContext;

namespace rec::media {

class ExtentReader {
 public:
  explicit ExtentReader(MediaRun run);
  ~ExtentReader();
  ExtentReader(const ExtentReader&) = delete;
  ExtentReader& operator=(const ExtentReader&) = delete;

  /// For AVFormatContext::pb; owned here, not seekable (a run is read once, front to back).
  [[nodiscard]] AVIOContext* io() { return io_; }
  /// Why reading stopped, if not at the end. corrupt: a file is shorter than its extent says.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  /// What is left behind the place where other streams begin (TsWatch): reading ended there. nullopt: it did
  /// not.
  [[nodiscard]] std::optional<MediaRun> rest() const;

  /// Where that is, from the run's first byte on.
  [[nodiscard]] const std::optional<std::uint64_t>& split() const { return split_; }
  /// What lies behind the run's first `offset` bytes, behind the tables that tell what it is (MPEG-TS).
  [[nodiscard]] MediaRun behind(std::uint64_t offset) const;

  /// The next bytes, at most `size`; AVERROR_EOF at the end, AVERROR(EIO) with error() set.
  int read(std::uint8_t* into, int size);

 private:
  void add_bytes(MediaRun& to, std::uint64_t offset, std::uint64_t bytes) const;
  bool open_next();
  int read_raw(std::uint8_t* into, int size);
  bool fill_window();

  MediaRun run_;
  std::size_t next_ = 0;      // extent to open after the current one
  std::uint64_t offset_ = 0;  // in the current file
  std::uint64_t left_ = 0;    // of the current extent
  std::string open_name_;
  int fd_ = -1;
  bool direct_ = false;
  // What was read of the open file last: aligned, past the page cache, which would be filled and copied from
  // for what is read once.
  std::unique_ptr<std::uint8_t, void (*)(void*)> window_;
  std::uint64_t window_at_ = 0;
  std::size_t window_bytes_ = 0;
  std::uint64_t handed_out_ = 0;
  std::optional<std::uint64_t> split_;  // of the run's bytes
  TsWatch watch_;
  std::optional<Error> error_;
  AVIOContext* io_ = nullptr;
};

}  // namespace rec::media
