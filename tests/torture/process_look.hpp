// What a running program takes, and which children it has, as /proc tells.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rec::torture {

struct ChildLook {
  pid_t pid = -1;
  std::string command{};  ///< arguments, parted by spaces
};
/// None once it has ended.
std::vector<ChildLook> children_of(pid_t pid);

/// Kilobytes of anonymous memory (RssAnon), 0 once it has ended.
std::int64_t memory_kb(pid_t pid);
/// Open descriptors.
std::int64_t descriptors(pid_t pid);
/// Of all files in the folder, those in folders of it too.
std::int64_t bytes_in(const std::filesystem::path& folder);

}  // namespace rec::torture
