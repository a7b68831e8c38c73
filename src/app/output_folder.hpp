// The folder of a session's finished parts, made before the first of them.
#pragma once
#include <filesystem>
#include <string>

#include "runtime/worker.hpp"

namespace rec {

/// With those above it that are missing; on the worker. Errors are those of errno_error, and name the folder.
inline Task<> make_output_folder(Worker& worker, std::string folder) {
  auto job = [folder = std::move(folder)]() -> Result<void> {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(errno_error(error.value(), "creating " + folder));
    return {};
  };
  co_return co_await run_on(worker, std::move(job));
}

}  // namespace rec
