// Preloaded into the program under test and, through it, its children: stands in for every call that changes
// files, asks disk_shim_judge whether it may go on, and has what was done written down. Maps (of SQLite's
// -shm, and of files without a name) are not seen.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "tests/support/disk_shim_judge.hpp"

namespace {

using rec::disk_shim::exists;
using rec::disk_shim::judge;
using rec::disk_shim::kOwnVariables;
using rec::disk_shim::kPathRoom;
using rec::disk_shim::meant_fd;
using rec::disk_shim::meant_path;
using rec::disk_shim::note;
using rec::disk_shim::note_name;
using rec::disk_shim::note_rename;
using rec::disk_shim::note_write;
using rec::disk_shim::Op;
using rec::disk_shim::with_ours;

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int refuse(int why) {
  errno = why;
  return -1;
}

constexpr off_t kAtThePosition = -1;

ssize_t write_pieces(int fd, const iovec* pieces, int count, off_t offset) {
  const auto call = [&](const iovec* list, int number) {
    if (offset == kAtThePosition) return static_cast<ssize_t>(syscall(SYS_writev, fd, list, number));
    return static_cast<ssize_t>(syscall(SYS_pwritev, fd, list, number, offset, 0));
  };
  char path[kPathRoom];
  if (!meant_fd(fd, path)) return call(pieces, count);
  std::size_t bytes = 0;
  for (int i = 0; i < count; ++i) bytes += pieces[i].iov_len;
  const std::size_t asked = bytes;
  if (const int why = judge("write", path, &bytes); why != 0) return refuse(why);
  iovec first = pieces[0];
  if (bytes < asked) {
    first.iov_len = first.iov_len < bytes ? first.iov_len : bytes;
    pieces = &first;
    count = 1;
  }
  const ssize_t done = call(pieces, count);
  const int kept = errno;
  if (done > 0) {
    const off_t at = offset == kAtThePosition ? lseek(fd, 0, SEEK_CUR) - done : offset;
    note_write(fd, pieces, count, static_cast<std::size_t>(done), at);
  }
  errno = kept;
  return done;
}

int open_file(int folder, const char* path, int flags, mode_t mode) {
  const auto call = [&] { return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode)); };
  char absolute[kPathRoom];
  const bool writes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0 && (flags & O_DIRECTORY) == 0;
  if (!writes || !meant_path(folder, path, absolute)) return call();
  if (const int why = judge("open", absolute); why != 0) return refuse(why);
  const bool known = exists(absolute);
  const int fd = call();
  const int kept = errno;
  if (fd >= 0 && !known) note_name(Op::make_file, absolute);
  if (fd >= 0 && known && (flags & O_TRUNC) != 0) note(Op::cut, fd);
  errno = kept;
  return fd;
}

int sync_file(int number, int fd) {
  char path[kPathRoom];
  const bool meant = meant_fd(fd, path);
  if (meant) {
    if (const int why = judge("sync", path); why != 0) return refuse(why);
  }
  const int done = static_cast<int>(syscall(number, fd));
  if (meant && done == 0) note(Op::sync, fd);
  return done;
}

int cut_file(int fd, off_t length) {
  char path[kPathRoom];
  const bool meant = meant_fd(fd, path);
  if (meant) {
    if (const int why = judge("cut", path); why != 0) return refuse(why);
  }
  const int done = static_cast<int>(syscall(SYS_ftruncate, fd, length));
  if (meant && done == 0) note(Op::cut, fd, length);
  return done;
}

int allocate(int fd, int mode, off_t offset, off_t length) {
  char path[kPathRoom];
  const bool meant = meant_fd(fd, path);
  const bool punches = (mode & FALLOC_FL_PUNCH_HOLE) != 0;
  if (meant) {
    if (const int why = judge(punches ? "punch" : "allocate", path); why != 0) return refuse(why);
  }
  const int done = static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, length));
  if (meant && done == 0 && punches) note(Op::punch, fd, offset, length);
  struct stat info{};
  if (meant && done == 0 && mode == 0 && fstat(fd, &info) == 0) note(Op::cut, fd, info.st_size);
  return done;
}

int rename_file(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  char from_path[kPathRoom];
  char to_path[kPathRoom];
  const bool known = meant_path(from_folder, from, from_path);
  const bool meant = meant_path(to_folder, to, to_path) && known;
  if (meant) {
    if (const int why = judge("rename", to_path); why != 0) return refuse(why);
  }
  const int done = static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
  if (meant && done == 0) note_rename(from_path, to_path);
  return done;
}

int remove_name(int folder, const char* path, int flags) {
  char absolute[kPathRoom];
  const bool meant = meant_path(folder, path, absolute);
  if (meant) {
    const bool of_folder = (flags & AT_REMOVEDIR) != 0;
    if (const int why = judge(of_folder ? "rmdir" : "unlink", absolute); why != 0) return refuse(why);
  }
  const int done = static_cast<int>(syscall(SYS_unlinkat, folder, path, flags));
  if (meant && done == 0) note_name(Op::remove, absolute);
  return done;
}

int make_folder(int folder, const char* path, mode_t mode) {
  char absolute[kPathRoom];
  const bool meant = meant_path(folder, path, absolute);
  if (meant) {
    if (const int why = judge("mkdir", absolute); why != 0) return refuse(why);
  }
  const int done = static_cast<int>(syscall(SYS_mkdirat, folder, path, mode));
  if (meant && done == 0) note_name(Op::make_folder, absolute);
  return done;
}

// What stdio writes is not written down: nothing that must last goes that way.
FILE* open_stream(const char* name, const char* path, const char* mode) {
  const auto call = next<FILE* (*)(const char*, const char*)>(name);
  char absolute[kPathRoom];
  if (*mode == 'r' || !meant_path(AT_FDCWD, path, absolute)) return call(path, mode);
  if (const int why = judge("open", absolute); why != 0) {
    errno = why;
    return nullptr;
  }
  const bool known = exists(absolute);
  FILE* stream = call(path, mode);
  if (stream != nullptr && !known) note_name(Op::make_file, absolute);
  return stream;
}

mode_t mode_of(int flags, va_list rest) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(rest, unsigned)) : 0;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t count) {
  const iovec piece{const_cast<void*>(bytes), count};
  return write_pieces(fd, &piece, 1, kAtThePosition);
}
ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  const iovec piece{const_cast<void*>(bytes), count};
  return write_pieces(fd, &piece, 1, offset);
}
ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  return pwrite64(fd, bytes, count, offset);
}
ssize_t writev(int fd, const iovec* pieces, int count) {
  return write_pieces(fd, pieces, count, kAtThePosition);
}
ssize_t pwritev64(int fd, const iovec* pieces, int count, off64_t offset) {
  return write_pieces(fd, pieces, count, offset);
}
ssize_t pwritev(int fd, const iovec* pieces, int count, off_t offset) {
  return write_pieces(fd, pieces, count, offset);
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return open_file(folder, path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return open_file(folder, path, flags, mode);
}
int __open_2(const char* path, int flags) { return open_file(AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags) { return open_file(AT_FDCWD, path, flags, 0); }
FILE* fopen(const char* path, const char* mode) { return open_stream("fopen", path, mode); }
FILE* fopen64(const char* path, const char* mode) { return open_stream("fopen64", path, mode); }

size_t fwrite(const void* bytes, size_t size, size_t count, FILE* stream) {
  char path[kPathRoom];
  if (meant_fd(fileno(stream), path)) {
    if (const int why = judge("write", path); why != 0) {
      errno = why;
      return 0;
    }
  }
  return next<size_t (*)(const void*, size_t, size_t, FILE*)>("fwrite")(bytes, size, count, stream);
}

int fsync(int fd) { return sync_file(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_file(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t length) { return cut_file(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut_file(fd, length); }
int fallocate(int fd, int mode, off_t offset, off_t length) { return allocate(fd, mode, offset, length); }
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  return allocate(fd, mode, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) {
  return allocate(fd, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  return allocate(fd, 0, offset, length) == 0 ? 0 : errno;
}

int rename(const char* from, const char* to) { return rename_file(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return rename_file(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  return rename_file(from_folder, from, to_folder, to, flags);
}
int unlink(const char* path) { return remove_name(AT_FDCWD, path, 0); }
int rmdir(const char* path) { return remove_name(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int folder, const char* path, int flags) { return remove_name(folder, path, flags); }
int remove(const char* path) {
  struct stat info{};
  const bool of_folder = lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
  return remove_name(AT_FDCWD, path, of_folder ? AT_REMOVEDIR : 0);
}
int mkdir(const char* path, mode_t mode) { return make_folder(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char* path, mode_t mode) { return make_folder(folder, path, mode); }

// The program gives its children an environment of their own. Between fork and exec: nothing may be
// allocated.
int execve(const char* path, char* const* arguments, char* const* environment) {
  int count = 0;
  while (environment[count] != nullptr) ++count;
  char* room[1024];
  if (count + kOwnVariables >= 1023) return refuse(E2BIG);
  with_ours(environment, room);
  return static_cast<int>(syscall(SYS_execve, path, arguments, room));
}

}  // extern "C"
