// The folder of a session's finished parts, made before the first of them.
#pragma once
#include <cstdint>
#include <string>

#include "base/folders.hpp"
#include "runtime/worker.hpp"

namespace rec {

/// With those above it that are missing, durably; on the worker. Errors are those of errno_error, and name
/// the folder.
inline Task<> make_output_folder(Worker& worker, std::string folder) {
  // Others may look at recordings, as the umask says.
  auto job = [folder = std::move(folder)] { return make_folders(folder, 0777); };
  co_return co_await run_on(worker, std::move(job));
}

/// What making a part of so many bytes takes on the disk. One that is larger than a file may be is made whole
/// first, then cut, and of a group of pictures that is encoded anew as much as a file may hold waits there.
constexpr std::uint64_t room_to_make(std::uint64_t bytes, std::uint64_t most) {
  return most == 0 || bytes <= most ? bytes : 2 * bytes + most;
}
/// The same of cutting a file.
constexpr std::uint64_t room_to_cut(std::uint64_t bytes, std::uint64_t most) {
  return most == 0 || bytes <= most ? bytes : bytes + most;
}

}  // namespace rec
