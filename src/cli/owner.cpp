#include "cli/owner.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace rec::cli {

Result<void> act_as_owner(const std::string& data_folder) {
  struct stat folder{};
  if (::geteuid() != 0 || ::stat(data_folder.c_str(), &folder) != 0 || folder.st_uid == 0) return {};
  const passwd* entry = ::getpwuid(folder.st_uid);
  const bool groups =
      entry != nullptr ? ::initgroups(entry->pw_name, folder.st_gid) == 0 : ::setgroups(0, nullptr) == 0;
  if (!groups || ::setgid(folder.st_gid) != 0 || ::setuid(folder.st_uid) != 0)
    return fail(errno_error(errno, "becoming the owner of " + data_folder));
  return {};
}

}  // namespace rec::cli
