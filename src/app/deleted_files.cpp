#include "app/deleted_files.hpp"

#include <cerrno>
#include <filesystem>

namespace rec {
namespace {

/// Is the folder gone, and not its disk? What is posted takes its folder along when it is removed, but not
/// the channel's; of a disk that is away an empty folder is there at the most.
bool was_removed(const std::filesystem::path& folder, const std::filesystem::path& root) {
  std::error_code error;
  const auto above = folder.parent_path();
  if (!std::filesystem::exists(above, error)) return false;
  return above != root || !std::filesystem::is_empty(above, error);
}

}  // namespace

Result<std::optional<std::string>> first_missing(const std::vector<std::string>& files,
                                                 const std::string& folder, const std::string& root) {
  std::error_code error;
  for (const std::string& file : files) {
    const bool there = std::filesystem::exists(file, error);
    if (error) return fail(errno_error(error.value(), "looking for " + file));
    if (!there && (std::filesystem::exists(folder, error) || was_removed(folder, root)))
      return std::optional(file);
    if (!there) return fail(Errc::unavailable, folder + " is not there; is its disk mounted?");
  }
  return std::optional<std::string>();
}

}  // namespace rec
