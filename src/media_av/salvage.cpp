// Compares extents with the sizes of their files.
#include "media_av/salvage.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>

#include "media/ts_tables.hpp"
#include "media_av/extent_bytes.hpp"

namespace rec::media {
namespace {

using FileSizes = std::map<std::string, std::uint64_t>;

Result<bool> add_sizes(const std::vector<Extent>& extents, FileSizes& sizes) {
  for (const Extent& extent : extents) {
    if (sizes.contains(extent.file)) continue;
    struct stat status{};
    if (::stat(extent.file.c_str(), &status) < 0) return fail(errno_error(errno, "opening " + extent.file));
    sizes[extent.file] = static_cast<std::uint64_t>(status.st_size);
  }
  return true;
}

Result<FileSizes> sizes_of(const std::vector<MediaRun>& runs) {
  FileSizes sizes;
  for (const MediaRun& run : runs) {
    REC_CHECK(add_sizes(run.extents, sizes));
    for (const std::vector<Extent>& piece : run.sound) REC_CHECK(add_sizes(piece, sizes));
  }
  return sizes;
}

std::uint64_t present_bytes(const Extent& extent, const FileSizes& sizes) {
  const std::uint64_t size = sizes.at(extent.file);
  return extent.offset >= size ? 0 : std::min(extent.bytes, size - extent.offset);
}

bool is_transport_stream(const std::vector<Extent>& extents) {
  ExtentBytes bytes({MediaRun{extents, {}}});
  std::array<std::uint8_t, 1> first{};
  return bytes.read(0, first) == 1 && first[0] == kTsSync;
}

struct Present {
  std::vector<Extent> extents;
  bool clipped = false;
};

Present present_extents(const std::vector<Extent>& extents, const FileSizes& sizes, FileSizes& lacking) {
  Present out;
  for (const Extent& extent : extents) {
    const std::uint64_t bytes = present_bytes(extent, sizes);
    if (bytes > 0 && (!out.clipped || is_transport_stream(extents)))
      out.extents.push_back({extent.file, extent.offset, bytes});
    if (bytes < extent.bytes) lacking[extent.file] += extent.bytes - bytes;
    out.clipped = out.clipped || bytes < extent.bytes;
  }
  return out;
}

}  // namespace

Result<PresentRuns> present_runs(const std::vector<MediaRun>& runs) {
  REC_TRY(const FileSizes sizes, sizes_of(runs));
  PresentRuns out;
  FileSizes lacking;
  for (const MediaRun& run : runs) {
    Present pictures = present_extents(run.extents, sizes, lacking);
    MediaRun present{std::move(pictures.extents), {}, pictures.clipped ? 0 : run.tail_bytes};
    for (const std::vector<Extent>& piece : run.sound)
      present.sound.push_back(present_extents(piece, sizes, lacking).extents);
    out.runs.push_back(std::move(present));
    out.clipped.push_back(pictures.clipped);
  }
  for (const auto& [file, bytes] : lacking) {
    out.missing += (out.missing.empty() ? "" : "; ") + file + ": " + std::to_string(bytes) +
                   " bytes shorter than the segments said to be in it";
  }
  return out;
}

}  // namespace rec::media
