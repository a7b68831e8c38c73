// A finished media file of any container we cut, and its packets in file order. Blocking.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media_av/run_reader.hpp"

namespace rec::media {

class FileReader {
 public:
  /// MP4, MPEG-TS, Matroska, FLV and AVI; the content decides, and nothing that refers to other files is
  /// followed. `sound`: a second file, which has what the first one lacks,
  /// "" = there is none. `sound_alone`: without
  /// the pictures, where there is sound. not_found, denied; corrupt: not
  /// such a file, or neither picture nor sound in it.
  static Result<std::unique_ptr<FileReader>> open(const std::string& path, const std::string& sound = "",
                                                  bool sound_alone = false);

  /// Its main picture and main sound; other tracks are not read.
  [[nodiscard]] const StreamPair& streams() const { return streams_; }
  /// The next packet of the two, of two files in the order of their times; without a packet at the end.
  /// Damage is stepped over.
  Result<RunPacket> next();
  /// As its header has it; 0 = it does not say.
  [[nodiscard]] Millis duration() const;
  /// Goes to a place at least that long before the end; where there is no way there, it stays at the front.
  void skip_to_last(Millis length);

 private:
  struct Source {
    std::string path;
    AvInput input;
    std::optional<RunPacket> ahead{};
  };
  FileReader() = default;
  Result<bool> add(const std::string& path);
  Result<RunPacket> read(Source& source);

  std::vector<Source> sources_;
  StreamPair streams_{};
  SoundHead sound_head_;
};

}  // namespace rec::media
