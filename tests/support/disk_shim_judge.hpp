// The half of the disk shim that decides: which files are meant, which call fails, and when the power goes.
// Inside the preloaded library only; calls nothing that the library itself stands in for.
#pragma once
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

#include "tests/support/disk_shim.hpp"

namespace rec::disk_shim {

inline constexpr std::size_t kPathRoom = 4096;

/// REC_DISK_ROOT, or below it.
bool is_meant(const char* path);
/// The absolute path of what a call names. False: not meant.
bool meant_path(int folder_fd, const char* path, char* absolute);
/// The path of an open descriptor. False: not meant.
bool meant_fd(int fd, char* absolute);

/// Called before the call. The errno that it is to fail with; 0: it goes on, of `bytes` bytes perhaps only
/// the first. Does not return when the power goes.
int judge(const char* call, const char* path, std::size_t* bytes = nullptr);

/// Called after a call that went well; without REC_DISK_JOURNAL it does nothing.
void note_write(int fd, const iovec* pieces, int count, std::size_t bytes, off_t offset);
void note(Op op, int fd, off_t at = 0, off_t length = 0);
/// Of a name: `path` is absolute. For make_file and make_folder it is there already.
void note_name(Op op, const char* path);
void note_rename(const char* from, const char* to);
bool exists(const char* path);

/// As execve gets it, and what this library needs in it. `room` must hold as many entries as `environment`,
/// and kOwnVariables more.
inline constexpr int kOwnVariables = 16;
void with_ours(char* const* environment, char** room);

}  // namespace rec::disk_shim
