#include "cli/companion.hpp"

#include <unistd.h>

#include <filesystem>

namespace rec::cli {

std::string self_path() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "/proc/self/exe" : path.string();
}

std::string media_program() {
  return (std::filesystem::path(self_path()).parent_path() / "streamrecorder-media").string();
}

Result<void> check_media_program() {
  const std::string path = media_program();
  if (::access(path.c_str(), X_OK) == 0) return {};
  return fail(Errc::not_found, path +
                                   " is missing, and parts are made by it; it belongs beside the program: "
                                   "build again (cmake --workflow --preset release), or copy both files");
}

}  // namespace rec::cli
