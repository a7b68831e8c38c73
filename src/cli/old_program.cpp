// /proc/<pid>/cwd and cmdline, one by one.
#include "cli/old_program.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/whole_file.hpp"

namespace rec::cli {
namespace {

namespace fs = std::filesystem;

bool runs_old_program(const fs::path& process) {
  const std::string line = whole_file((process / "cmdline").string()).value_or("");
  bool python = false;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find('\0', at), line.size());
    const std::string word = fs::path(line.substr(at, end - at)).filename().string();
    if (at == 0) python = word.starts_with("python");
    if (python && at > 0 && (word == "main.py" || word == "streamrecorder.main")) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::optional<pid_t> old_program_in(const std::string& folder) {
  std::error_code error;
  const fs::path wanted = fs::canonical(folder, error);
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code hidden;
    if (fs::read_symlink(entry.path() / "cwd", hidden) != wanted || hidden) continue;
    if (runs_old_program(entry.path())) return static_cast<pid_t>(std::atoi(name.c_str()));
  }
  return std::nullopt;
}

}  // namespace rec::cli
