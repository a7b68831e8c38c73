// Doctor: what the machine, its service manager or its container allow.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "app/config_channels.hpp"
#include "app/doctor.hpp"
#include "base/whole_file.hpp"

namespace rec {
namespace {

/// The daemon, TDLib and a media worker had 127 MB at most (docs/benchmarks.md); files are cached in it, too.
constexpr std::uint64_t kLittleMemory = 256'000'000;
/// Connections, files and children of a recording; and of the rest.
constexpr std::uint64_t kDescriptorsEach = 12;
constexpr std::uint64_t kDescriptorsAtRest = 200;

std::optional<std::uint64_t> number_behind(const std::string& text, std::string_view word) {
  auto at = text.find(word);
  if (at == std::string::npos) return std::nullopt;
  at = text.find_first_not_of(" \t", at + word.size());
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  if (at == std::string::npos || std::from_chars(text.data() + at, end, number).ec != std::errc())
    return std::nullopt;
  return number;
}

}  // namespace

MachineLimits limits_of(int pid) {
  MachineLimits limits;
  const std::string process = "/proc/" + (pid == 0 ? std::string("self") : std::to_string(pid));
  // "Max open files            1024                 524288               files"
  const std::string all = whole_file(process + "/limits").value_or("");
  if (const auto at = all.find("Max open files"); at != std::string::npos) {
    std::istringstream line(all.substr(at + std::string_view("Max open files").size()));
    std::string soft, hard;
    line >> soft >> hard;
    std::uint64_t number = 0;
    if (std::from_chars(hard.data(), hard.data() + hard.size(), number).ec == std::errc())
      limits.descriptors = number;
  }
  if (const auto kilobytes = number_behind(whole_file("/proc/meminfo").value_or(""), "MemTotal:"))
    limits.memory = *kilobytes * 1024;
  // "0::/system.slice/streamrecorder.service": that group and all above it hold.
  const std::string groups = whole_file(process + "/cgroup").value_or("");
  const auto at = groups.find("0::/");
  if (at == std::string::npos) return limits;
  std::string group = groups.substr(at + 3, groups.find('\n', at) - at - 3);
  for (;;) {
    const std::string text = whole_file("/sys/fs/cgroup" + group + "/memory.max").value_or("");
    if (const auto most = number_behind("=" + text, "=");
        most && (limits.memory == 0 || *most < limits.memory)) {
      limits.memory = *most;
      limits.by_group = true;
    }
    if (group.empty() || group == "/") return limits;
    group.resize(group.rfind('/'));
  }
}

Findings check_limits(const MachineLimits& limits, std::size_t channels) {
  Findings findings;
  const std::uint64_t needed = kDescriptorsAtRest + kDescriptorsEach * channels;
  if (limits.descriptors != 0 && limits.descriptors < needed) {
    findings.push_back({"descriptors", Finding::Level::warning,
                        fmt::format("at most {} files may be open at a time; {} channels that are live at "
                                    "once take about {}",
                                    limits.descriptors, channels, needed),
                        "raise it: LimitNOFILE= of the service, ulimit -Hn, or --ulimit nofile= of the "
                        "container"});
  }
  if (limits.memory != 0 && limits.memory < kLittleMemory) {
    findings.push_back(
        {"memory", Finding::Level::warning,
         fmt::format("there are {:.0f} MB of memory{}: the program and Telegram's library take "
                     "more than 100, and are killed when there is no more",
                     static_cast<double>(limits.memory) / 1e6,
                     limits.by_group ? ", by the limit of the service or container" : ""),
         limits.by_group ? "raise MemoryMax= of the service, or --memory of the container"
                         : "add swap, or memory"});
  }
  return findings;
}

}  // namespace rec
