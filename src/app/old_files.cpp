// temp_{channel}_{2026-01-10_12-00-00}_{title}.ts, without temp_ once it was finished; yt-dlp's .part, .ytdl,
// .f299.mp4 and .temp.mp4 of it.
#include "app/old_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <regex>

#include "app/config_units.hpp"
#include "app/old_state.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

constexpr std::array kOldMedia = {".ts", ".mp4", ".mkv", ".webm", ".flv", ".m4a", ".mov"};

bool is_old_media(const std::string& name) {
  return std::ranges::any_of(kOldMedia, [&](const char* ending) { return name.ends_with(ending); });
}

/// Cut, joined or encoded from recordings to be posted, or what joining and fetching leave half done.
bool is_old_work(const std::string& name) {
  static const std::regex kWork(
      R"(^upload_.*_[0-9a-f]{10}\.mp4$|_part\d{3}\.mp4$|_compressed\.mp4$|\.temp\.\w+$|\.part-Frag\d+|\.ytdl$)");
  return std::regex_search(name, kWork);
}

/// "x.f299.mp4" and "x.f140.m4a" are tracks of "x".
std::string old_track_of(const std::string& name) {
  static const std::regex kTrack(R"(^(.*)\.f\d+(?:-\w+)?\.\w+$)");
  std::smatch found;
  return std::regex_match(name, found, kTrack) ? found[1].str() : std::string();
}

std::string without_old_part(std::string name) {
  if (name.ends_with(".part")) name.erase(name.size() - 5);
  return name;
}

Instant old_written_at(const fs::path& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? Instant{} : std::chrono::floor<Millis>(std::chrono::file_clock::to_sys(time));
}

/// Picture and sound that lie beside one another are one recording: the larger one is the picture.
void join_old_tracks(std::vector<OldFile>& files) {
  std::map<std::string, OldFile*> wholes;
  for (OldFile& file : files) {
    const fs::path path(file.path);
    const std::string stem = old_track_of(without_old_part(path.filename().string()));
    if (stem.empty() || file.kind != OldFileKind::media) continue;
    OldFile*& first = wholes[(path.parent_path() / stem).string()];
    if (first == nullptr) {
      first = &file;
      continue;
    }
    const bool larger = file.bytes > first->bytes;
    OldFile& picture = larger ? file : *first;
    OldFile& sound = larger ? *first : file;
    if (picture.sound.empty()) picture.sound = sound.path;
    sound.kind = OldFileKind::work;
    first = &picture;
  }
}

}  // namespace

OldFile old_file_of(const std::string& path) {
  static const std::regex kName(R"(^(?:temp_)?(.+?)_(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d)(?:_(.*))?$)");
  OldFile file;
  file.path = path;
  const std::string name = without_old_part(fs::path(path).filename().string());
  const bool work = is_old_work(fs::path(path).filename().string());
  file.kind = work || !is_old_media(name) ? OldFileKind::work : OldFileKind::media;
  std::string stem = old_track_of(name);
  if (stem.empty()) stem = fs::path(name).stem().string();
  if (std::smatch found; std::regex_match(stem, found, kName)) {
    file.channel = units::lower(found[1].str());
    file.began =
        old_instant(found[2].str() + "T" + found[3].str() + ":" + found[4].str() + ":" + found[5].str());
    file.title = found[6].str();
  } else {
    file.title = stem;
  }
  return file;
}

std::vector<OldFile> old_files_in(const std::vector<std::string>& folders,
                                  const std::set<std::string>& known) {
  std::vector<OldFile> files;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string path = entry.path().lexically_normal().string();
      if (known.contains(path) || !entry.is_regular_file(error)) continue;
      const std::string name = entry.path().filename().string();
      if (!is_old_media(without_old_part(name)) && !is_old_work(name)) continue;
      OldFile file = old_file_of(path);
      file.bytes = entry.file_size(error);
      file.written = old_written_at(entry.path());
      if (file.bytes > 0) files.push_back(std::move(file));
    }
  }
  std::ranges::sort(
      files, {}, [](const OldFile& file) { return std::pair(file.began.value_or(file.written), file.path); });
  join_old_tracks(files);
  return files;
}

}  // namespace rec
