// Files that the Python program left behind and its state does not know: recordings that were interrupted,
// and its work files. They are only listed.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace rec {

/// media: a recording, or what a run that broke off left of it. work: made of recordings, or yt-dlp's own
/// notes and fragments: nothing is missing without it.
enum class OldFileKind { media, work };

struct OldFile {
  OldFileKind kind = OldFileKind::media;
  std::string path{};     ///< absolute
  std::string sound{};    ///< where the sound lies in a file of its own, "" = with the picture
  std::string channel{};  ///< as its name says, in lower case; "" = it does not say
  std::string title{};
  std::optional<Instant> began{};  ///< as its name says, on the process's clock
  Instant written{};               ///< when it was last written to
  std::uint64_t bytes = 0;
  bool operator==(const OldFile&) const = default;
};

/// What a file's name alone says. Pure.
OldFile old_file_of(const std::string& path);

/// All of the folders but those in `known`, in order of time; empty files are no recordings. Folders that
/// are not there have none. Blocking.
std::vector<OldFile> old_files_in(const std::vector<std::string>& folders,
                                  const std::set<std::string>& known);

}  // namespace rec
