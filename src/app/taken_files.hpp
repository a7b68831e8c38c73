// What yt-dlp left in a place of its own: which of it is the recording. Pure, but for the listing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/media_maker.hpp"

namespace rec {

struct FoundFile {
  std::string name{};
  std::uint64_t bytes = 0;
  Instant written{};  ///< when last
};

/// The files in a folder, by name. Blocking; a folder that is not there has none.
Result<std::vector<FoundFile>> files_in_place(const std::string& folder);
/// When one of them was written last; nullopt: there is none.
std::optional<Instant> newest_write(const std::vector<FoundFile>& files);
std::uint64_t bytes_in(const std::vector<FoundFile>& files);

/// A link that leads to nothing.
struct LostLink {
  std::string file{};  ///< what it names
  std::string away{};  ///< a sentence: its folder is gone or empty, as on a disk that is away; "" = it is not
};
/// The first of a folder. Blocking.
Result<std::optional<LostLink>> lost_link_in(const std::string& folder);

struct TakenMedia {
  std::string input{};  ///< a name; "" = there is nothing
  std::string sound{};  ///< "" = in `input`
  bool operator==(const TakenMedia&) const = default;
};

/// A finished file, or the unfinished one of a run that was cut off; or picture and sound apart, as they lie
/// before yt-dlp joins them. Fragments that were not yet joined, what a joining left undone, and yt-dlp's own
/// notes are none.
TakenMedia media_among(const std::vector<FoundFile>& files);

/// The end of what is being written there, at most `most` bytes of it, where it is MPEG-TS: nothing else can
/// be read from its middle. Blocking; without extents where there is nothing.
Result<MediaRun> newest_of_file(const std::string& folder, std::uint64_t most);

}  // namespace rec
