#include "process_look.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace rec::torture {
namespace {

std::string proc(pid_t pid, const std::string& what) { return "/proc/" + std::to_string(pid) + "/" + what; }

std::string read_all(const std::string& path) {
  // A process may end while it is looked at: the stream notes that, an iterator of its buffer would throw.
  std::ostringstream all;
  all << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(all).str();
}

}  // namespace

std::vector<ChildLook> children_of(pid_t pid) {
  std::vector<ChildLook> all;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto child = static_cast<pid_t>(std::stol(name));
    // "pid (name) state ppid …": a name may hold anything but ends at the last parenthesis.
    const std::string stat = read_all(proc(child, "stat"));
    const auto end = stat.rfind(')');
    if (end == std::string::npos || stat.size() < end + 4) continue;
    if (std::strtol(stat.c_str() + end + 4, nullptr, 10) != pid) continue;
    std::string command = read_all(proc(child, "cmdline"));
    std::ranges::replace(command, '\0', ' ');
    all.push_back({child, std::move(command)});
  }
  return all;
}

std::int64_t memory_kb(pid_t pid) {
  std::ifstream in(proc(pid, "status"));
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("RssAnon:")) return std::stoll(line.substr(8));
  return 0;
}

std::int64_t descriptors(pid_t pid) {
  std::error_code gone;
  const std::filesystem::directory_iterator all(proc(pid, "fd"), gone);
  return gone ? 0 : std::distance(begin(all), end(all));
}

std::int64_t bytes_in(const std::filesystem::path& folder) {
  std::int64_t sum = 0;
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, gone)) {
    const auto bytes = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    if (!gone) sum += static_cast<std::int64_t>(bytes);
  }
  return sum;
}

}  // namespace rec::torture
