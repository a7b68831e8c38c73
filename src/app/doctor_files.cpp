// Doctor: files that are written to later, what their file systems cannot do, hooks, and who may read what is
// secret.
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "app/config_fields.hpp"
#include "app/doctor.hpp"
#include "app/settings_of.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFewFiles = 10'000;
constexpr std::uint64_t kAlmostNoFiles = 200;

// Not in every linux/magic.h.
constexpr std::uint32_t kCifsMagic = 0xFF534D42;
constexpr std::uint32_t kSmb2Magic = 0xFE534D42;

struct PlaceToWrite {
  std::string folder{};
  const char* key = "";
};

std::string standing_part_of(const std::string& folder) {
  std::error_code ignored;
  fs::path path(folder);
  while (!path.empty() && path != path.parent_path() && !fs::exists(path, ignored)) path = path.parent_path();
  return path.empty() ? "." : path.string();
}

Findings kind_findings(const PlaceToWrite& place, bool of_data) {
  struct statfs disk{};
  if (::statfs(standing_part_of(place.folder).c_str(), &disk) != 0) return {};
  const auto kind = static_cast<std::uint32_t>(disk.f_type);
  const std::string named = fmt::format("{} ({})", place.folder, place.key);
  if (kind == TMPFS_MAGIC || kind == RAMFS_MAGIC) {
    return {{"disk", Finding::Level::warning,
             named + " lies in memory: all of it is gone when the machine is restarted",
             fmt::format("set {} to a folder on a disk", place.key)}};
  }
  if (kind == MSDOS_SUPER_MAGIC) {
    return {{"disk", Finding::Level::warning,
             named + " lies on FAT, where no file may have more than 4 GiB: longer recordings stop there",
             fmt::format("set {} to a folder on ext4, XFS or Btrfs", place.key)}};
  }
  constexpr std::array<std::uint32_t, 4> kNetwork{NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, kCifsMagic, kSmb2Magic};
  if (!of_data || std::ranges::find(kNetwork, kind) == kNetwork.end()) return {};
  return {{"disk", Finding::Level::warning,
           named + " lies on a network: the databases in it need locks and syncs that hold, or they break",
           fmt::format("set {} to a folder on a disk of this machine", place.key)}};
}

Findings inode_findings(const PlaceToWrite& place) {
  struct statvfs disk{};
  if (::statvfs(standing_part_of(place.folder).c_str(), &disk) != 0 || disk.f_files == 0) return {};
  if (disk.f_favail >= kFewFiles) return {};
  const auto level = disk.f_favail < kAlmostNoFiles ? Finding::Level::error : Finding::Level::warning;
  return {{"disk", level,
           fmt::format("only {} more files can be made for {} ({}), whatever room there is", disk.f_favail,
                       place.folder, place.key),
           "remove files, or make the file system anew with more inodes"}};
}

/// "" = it can be written, or made.
std::string why_not_written(const std::string& file) {
  std::error_code ignored;
  const bool there = fs::exists(file, ignored);
  const std::string looked_at = there ? file : standing_part_of(fs::path(file).parent_path().string());
  if (!there && !fs::is_directory(looked_at, ignored)) return looked_at + " is no folder";
  return ::access(looked_at.c_str(), W_OK) == 0 ? "" : std::strerror(errno);
}

bool is_program(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

bool runs(const std::string& program) {
  if (program.find('/') != std::string::npos) return is_program(program);
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    if (is_program(fmt::format("{}/{}", rest.substr(0, end), program))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

/// The bits of `others` that a file has; 0: none, or it is not there.
unsigned open_bits(const std::string& path, unsigned others) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & others : 0;
}

/// Itself, not by a variable or a file of its own.
bool says_a_secret(const LoadedConfig& loaded) {
  static const Config kDefaults;
  return std::ranges::any_of(config_fields(), [&](const Field<Config>& field) {
    const auto origin = loaded.origins.find(field.info.key);
    return field.info.secret && origin != loaded.origins.end() && origin->second.environment.empty() &&
           field.same && !field.same(loaded.config, kDefaults);
  });
}

}  // namespace

Findings check_file_systems(const Config& config) {
  Findings findings;
  const std::string data = data_folder(config);
  for (const PlaceToWrite& place : {PlaceToWrite{data, "state.path"},
                                    PlaceToWrite{config.recording.output_dir, "recording.output_dir"}}) {
    for (Finding& one : kind_findings(place, place.folder == data)) findings.push_back(std::move(one));
    for (Finding& one : inode_findings(place)) findings.push_back(std::move(one));
  }
  return findings;
}

Findings check_written_files(const Config& config) {
  Findings findings;
  const auto look = [&](const std::string& file, const char* key, Finding::Level level, const char* what) {
    const std::string why = file.empty() ? "" : why_not_written(file);
    if (!why.empty())
      findings.push_back({"folder", level,
                          fmt::format("{} ({}) cannot be written: {}; {}", file, key, why, what),
                          fmt::format("give it to the user that runs streamrecorder, or change {}", key)});
  };
  look(config.logging.file, "logging.file", Finding::Level::error, "run does not start");
  if (config.control.enabled)
    look(config.control.audit_log_file, "control.audit_log_file", Finding::Level::error,
         "commands of the group are not written down");
  return findings;
}

Findings check_hooks(const Config& config) {
  Findings findings;
  for (const auto& [event, argv] : config.hooks) {
    if (argv.empty() || runs(argv.front())) continue;
    findings.push_back({"hooks", Finding::Level::error,
                        fmt::format("hooks.{}: {} is no program that this user may run", event, argv.front()),
                        "correct its path, or chmod +x it"});
  }
  return findings;
}

Findings check_secrets(const LoadedConfig& loaded) {
  constexpr unsigned kOthersRead = 04, kOthersWrite = 02, kAnybody = 077;
  Findings findings;
  const auto warn = [&](const std::string& path, const char* what, const char* mode) {
    findings.push_back(
        {"secrets", Finding::Level::warning, path + " " + what, fmt::format("chmod {} {}", mode, path)});
  };
  if (!loaded.path.empty() && says_a_secret(loaded) && open_bits(loaded.path, kOthersRead) != 0)
    warn(loaded.path, "holds secrets and can be read by other users of this machine", "o-rwx");
  for (const std::string& file : loaded.secret_files) {
    if (open_bits(file, kOthersRead) != 0)
      warn(file, "is a secret and can be read by other users of this machine", "o-rwx");
  }
  const std::string data = data_folder(loaded.config);
  if (open_bits(data, kOthersWrite) != 0) warn(data, "can be written by other users of this machine", "o-w");
  for (const char* name : {"telegram.account", "telegram.key", "web.json"}) {
    const std::string file = (fs::path(data) / name).string();
    if (open_bits(file, kAnybody) != 0) warn(file, "is a secret and is open to other users", "600");
  }
  return findings;
}

}  // namespace rec
