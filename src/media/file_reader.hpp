// A finished media file of any container we cut, and its packets in file order. Blocking.
#pragma once
#include <memory>
#include <string>

#include "media/run_reader.hpp"

namespace rec::media {

class FileReader {
 public:
  /// MP4, MPEG-TS, Matroska, FLV and AVI; the content decides, and nothing that refers to other files is
  /// followed. not_found, denied; corrupt: not such a file, or neither picture nor sound in it.
  static Result<std::unique_ptr<FileReader>> open(const std::string& path);

  /// Its main picture and main sound; other tracks are not read.
  [[nodiscard]] const StreamPair& streams() const { return streams_; }
  /// The next packet of the two; without a packet at the end. Damage is stepped over.
  Result<RunPacket> next();

 private:
  FileReader(std::string path, AvInput input) : path_(std::move(path)), input_(std::move(input)) {}

  std::string path_;
  AvInput input_;
  StreamPair streams_{};
};

}  // namespace rec::media
