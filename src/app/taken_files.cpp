// media.mp4, media.mp4.part, media.f299.mp4.part beside media.f140.m4a.part, media.temp.mp4, ….part-Frag7
#include "app/taken_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "base/ts_packet.hpp"

namespace rec {
namespace {

constexpr std::string_view kStem = "media.";
constexpr std::string_view kUnfinished = ".part";

bool is_note(std::string_view name) {
  for (const std::string_view end : {".ytdl", ".json", ".jpg", ".webp", ".png", ".vtt", ".srt"}) {
    if (name.ends_with(end)) return true;
  }
  return name.find(".part-Frag") != std::string_view::npos || name.starts_with("media.temp.");
}

/// Of "media.f299.mp4" it is one of several tracks, of "media.mp4" the whole.
bool is_track(std::string_view name) {
  name.remove_prefix(kStem.size());
  return std::ranges::count(name, '.') > 0;
}

/// What a link leads to in the end, through further links; there may be nothing.
std::filesystem::path end_of(std::filesystem::path link) {
  constexpr int kMostLinks = 40;  // as the kernel follows
  std::error_code none;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(link, none); ++i)
    link = link.parent_path() / std::filesystem::read_symlink(link, none);
  return link;
}

/// What speaks for a disk that is away; "" = nothing does. Where one was mounted, an empty folder stays.
std::string disk_away(const std::filesystem::path& folder, std::error_code& problem) {
  if (!std::filesystem::exists(folder, problem))
    return problem ? "" : folder.string() + " is not there; is its disk mounted?";
  const bool empty = std::filesystem::is_empty(folder, problem);
  return empty && !problem ? folder.string() + " is empty; is its disk mounted?" : "";
}

}  // namespace

Result<std::vector<FoundFile>> files_in_place(const std::string& folder) {
  std::vector<FoundFile> files;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  for (const std::filesystem::directory_iterator end; !error && at != end; at.increment(error)) {
    struct stat file{};
    if (::stat(at->path().c_str(), &file) != 0 || !S_ISREG(file.st_mode))
      continue;  // yt-dlp renames meanwhile
    const auto written = from_unix_ms(static_cast<std::int64_t>(file.st_mtim.tv_sec) * 1000 +
                                      file.st_mtim.tv_nsec / 1'000'000);
    files.push_back({at->path().filename().string(), static_cast<std::uint64_t>(file.st_size), written});
  }
  if (error) return fail(errno_error(error.value(), "reading " + folder));
  std::ranges::sort(files, {}, &FoundFile::name);
  return files;
}

Result<std::optional<LostLink>> lost_link_in(const std::string& folder) {
  std::optional<LostLink> lost;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  if (error == std::errc::no_such_file_or_directory) return lost;
  for (const std::filesystem::directory_iterator end; !error && !lost && at != end; at.increment(error)) {
    std::error_code problem;
    if (!at->is_symlink(problem)) continue;
    const std::string file = std::filesystem::read_symlink(at->path(), problem).string();
    if (!std::filesystem::exists(at->path(), problem) && !problem)
      lost = {file, disk_away(end_of(at->path()).parent_path(), problem)};
    if (problem) return fail(errno_error(problem.value(), "looking for " + file));
  }
  if (error) return fail(errno_error(error.value(), "reading " + folder));
  return lost;
}

std::optional<Instant> newest_write(const std::vector<FoundFile>& files) {
  const auto newest = std::ranges::max_element(files, {}, &FoundFile::written);
  return newest == files.end() ? std::nullopt : std::optional(newest->written);
}

std::uint64_t bytes_in(const std::vector<FoundFile>& files) {
  std::uint64_t bytes = 0;
  for (const FoundFile& file : files) bytes += file.bytes;
  return bytes;
}

TakenMedia media_among(const std::vector<FoundFile>& files) {
  std::vector<FoundFile> wholes;
  std::vector<FoundFile> tracks;
  for (const FoundFile& file : files) {
    std::string_view name = file.name;
    if (file.bytes == 0 || !name.starts_with(kStem) || is_note(name)) continue;
    if (name.ends_with(kUnfinished)) name.remove_suffix(kUnfinished.size());
    (is_track(name) ? tracks : wholes).push_back(file);
  }
  std::ranges::sort(wholes, std::ranges::greater(), &FoundFile::bytes);
  std::ranges::sort(tracks, std::ranges::greater(), &FoundFile::bytes);
  if (!wholes.empty()) return {wholes[0].name, {}};
  if (tracks.empty()) return {};
  return {tracks[0].name, tracks.size() > 1 ? tracks[1].name : std::string()};
}

Result<MediaRun> newest_of_file(const std::string& folder, std::uint64_t most) {
  REC_TRY(const auto files, files_in_place(folder));
  MediaRun run;
  const TakenMedia media = media_among(files);
  const auto file = std::ranges::find(files, media.input, &FoundFile::name);
  if (file == files.end()) return run;
  const std::string path = (std::filesystem::path(folder) / file->name).string();
  const std::uint64_t packets = file->bytes / kTsPacket;
  const std::uint64_t first = packets - std::min<std::uint64_t>(packets, most / kTsPacket);
  std::ifstream in(path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(first * kTsPacket));
  if (in.get() != kTsSync) return run;
  run.extents.push_back({path, first * kTsPacket, (packets - first) * kTsPacket});
  return run;
}

}  // namespace rec
