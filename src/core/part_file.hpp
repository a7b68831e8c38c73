// What is known of a finished part file.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace rec::session {

/// What is known of a finished part file.
struct PartFile {
  std::string path{};
  std::uint64_t bytes = 0;
  Millis duration{0};
  int width = 0;
  int height = 0;
  int rate = 0;  ///< pictures a second, as people say it (core/picture.hpp); 0 = not known
  std::string sha256{};
  std::string thumbnail{};  ///< path of a JPEG, "" = none
  int thumbnail_width = 0;
  int thumbnail_height = 0;
  bool encoded = false;  ///< its pictures were encoded anew: no file could hold them as they were
  /// What did not fit into this file, in order: other codec parameters on the way, or more bytes than a file
  /// may have. Posted with it.
  std::vector<PartFile> further{};
  bool operator==(const PartFile&) const = default;
};

/// The file and its further ones, in order, each without further ones of its own.
std::vector<PartFile> all_files(const PartFile& file);
std::uint64_t bytes_of(const PartFile& file);
/// How many of them were encoded anew.
int encoded_of(const PartFile& file);
Millis duration_of(const PartFile& file);

}  // namespace rec::session
