// Steered by the environment:
//   REC_DISK_ROOT     the folder that is meant, an absolute path
//   REC_DISK_CONTROL  the file of the control block
//   REC_DISK_JOURNAL  where each call that went well is written down; may be missing
//   REC_DISK_CENSUS   gets a line a call: its class; may be missing
//   REC_DISK_STRIKE   the class that fails, as the census says it: "write data/state.db-wal"
//   REC_DISK_FIRST    which of its calls is the first to fail, 1, 2, …
//   REC_DISK_ERROR    an errno; 0: the write takes only half, and the next ones find the disk full
//   REC_DISK_SCOPE    what fails with it: "once", nothing; "class", all of the class until cured; "disk", all
//   that
//                     such a disk refuses until cured
#include "tests/support/disk_shim_judge.hpp"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern char** environ;

namespace rec::disk_shim {
namespace {

const char* said(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int append_to(const char* path) {
  if (*path == '\0') return -1;
  const int fd =
      static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (fd < 0) return -1;
  const int high = fcntl(fd, F_DUPFD_CLOEXEC, 500);
  if (high < 0) return fd;
  syscall(SYS_close, fd);
  return high;
}

struct Orders {
  const char* root = said("REC_DISK_ROOT");
  std::size_t root_length = std::strlen(root);
  const char* strike = said("REC_DISK_STRIKE");
  std::uint64_t first = std::strtoull(said("REC_DISK_FIRST"), nullptr, 10);
  int error = std::atoi(said("REC_DISK_ERROR"));
  char scope = *said("REC_DISK_SCOPE");
  int journal = append_to(said("REC_DISK_JOURNAL"));
  int census = append_to(said("REC_DISK_CENSUS"));
  Control* control = nullptr;

  Orders() {
    const int fd =
        static_cast<int>(syscall(SYS_openat, AT_FDCWD, said("REC_DISK_CONTROL"), O_RDWR | O_CLOEXEC, 0));
    if (fd < 0) return;
    void* at = mmap(nullptr, kControlBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (at != MAP_FAILED) control = static_cast<Control*>(at);
  }
};

Orders& orders() {
  static Orders all;
  return all;
}
// Before the program's own threads and children.
[[maybe_unused]] const Orders& kAtTheBeginning = orders();

[[noreturn]] void die() {
  for (;;) syscall(SYS_kill, getpid(), SIGKILL);
}

bool has_digit(const char* from, const char* to) {
  for (; from < to; ++from)
    if (*from >= '0' && *from <= '9') return true;
  return false;
}

// "data/segments/*/media.bin": what is called otherwise each time is a star.
void shape_of(const char* path, char* shape, std::size_t room) {
  const Orders& all = orders();
  const char* at = path + all.root_length;
  if (*at == '/') ++at;
  const bool of_recordings = std::strncmp(at, "recordings/", 11) == 0;
  std::size_t length = 0;
  bool first = true;
  while (*at != '\0' && length + 300 < room) {
    const char* end = std::strchr(at, '/');
    const bool last = end == nullptr;
    if (last) end = at + std::strlen(at);
    const bool varies = !first && (of_recordings || has_digit(at, end));
    const char* kept = at;
    if (varies) {
      shape[length++] = '*';
      kept = end;
      if (last) {  // its extension tells what it is
        kept = std::strchr(at, '.');
        if (of_recordings) {
          kept = nullptr;
          for (const char* dot = at; dot < end; ++dot)
            if (*dot == '.' && !has_digit(dot, end)) {
              kept = dot;
              break;
            }
          if (kept == nullptr) kept = std::strstr(at, ".mp4");
        }
        if (kept == nullptr) kept = end;
      }
    }
    while (kept < end && *kept != ' ') shape[length++] = *kept++;
    if (!last) shape[length++] = '/';
    at = last ? end : end + 1;
    first = false;
  }
  shape[length] = '\0';
}

bool of_a_disk(const char* call, int error) {
  const auto is = [call](const char* name) { return std::strcmp(call, name) == 0; };
  if (error == EMFILE) return is("open");
  if (error == ENOSPC || error == 0) return is("write") || is("open") || is("allocate") || is("mkdir");
  return true;
}

int verdict(const char* call, const char* shape, std::size_t* bytes) {
  Orders& all = orders();
  Control& control = *all.control;
  char which[kPathRoom];
  std::snprintf(which, sizeof which, "%s %s", call, shape);
  if (all.census >= 0) {
    const std::size_t length = std::strlen(which);
    which[length] = '\n';
    syscall(SYS_write, all.census, which, length + 1);
    which[length] = '\0';
  }
  if (*all.strike == '\0') return 0;
  const bool same = std::strcmp(which, all.strike) == 0;
  const std::uint64_t number = same ? ++control.matched : control.matched.load();
  if (control.cured != 0 || number < all.first) return 0;
  const bool begins = same && number == all.first;
  const bool goes_on =
      (all.scope == 'c' && same) || (all.scope == 'd' && control.struck != 0 && of_a_disk(call, all.error));
  if (!begins && !goes_on) return 0;
  ++control.struck;
  if (all.error != 0) return all.error;
  if (!begins) return ENOSPC;
  if (bytes == nullptr || *bytes < 2) return 0;
  *bytes = *bytes >= 1024 ? *bytes / 1024 * 512 : *bytes / 2;
  return 0;
}

std::uint64_t inode_of(int folder_fd, const char* path, int flags) {
  struct stat info{};
  return fstatat(folder_fd, path, &info, flags) == 0 ? info.st_ino : 0;
}

void put(Record record, const iovec* pieces, int count) {
  Orders& all = orders();
  if (all.journal < 0) return;
  record.mark = kMark;
  iovec list[IOV_MAX];
  list[0] = {&record, sizeof record};
  for (int i = 0; i < count; ++i) list[i + 1] = pieces[i];
  syscall(SYS_writev, all.journal, list, count + 1);
}

void put_name(Record record, const char* name, std::size_t length) {
  record.payload = static_cast<std::uint32_t>(length);
  const iovec piece{const_cast<char*>(name), length};
  put(record, &piece, 1);
}

std::uint64_t folder_inode(const char* path) {
  char folder[kPathRoom];
  std::snprintf(folder, sizeof folder, "%s", path);
  char* slash = std::strrchr(folder, '/');
  if (slash == nullptr) return 0;
  *slash = '\0';
  return inode_of(AT_FDCWD, folder, 0);
}

const char* name_in(const char* path) { return std::strrchr(path, '/') + 1; }

}  // namespace

bool is_meant(const char* path) {
  const Orders& all = orders();
  return all.control != nullptr && all.root_length > 0 &&
         std::strncmp(path, all.root, all.root_length) == 0 &&
         (path[all.root_length] == '/' || path[all.root_length] == '\0');
}

bool meant_path(int folder_fd, const char* path, char* absolute) {
  if (orders().control == nullptr || path == nullptr) return false;
  const int kept = errno;
  if (*path == '/') {
    std::snprintf(absolute, kPathRoom, "%s", path);
  } else {
    char link[64];
    if (folder_fd == AT_FDCWD)
      std::snprintf(link, sizeof link, "/proc/self/cwd");
    else
      std::snprintf(link, sizeof link, "/proc/self/fd/%d", folder_fd);
    const ssize_t length = readlink(link, absolute, kPathRoom - 1);
    if (length > 0) {
      absolute[length] = '\0';
      std::snprintf(absolute + length, kPathRoom - static_cast<std::size_t>(length), "/%s", path);
    } else {
      absolute[0] = '\0';
    }
  }
  errno = kept;
  return is_meant(absolute);
}

bool meant_fd(int fd, char* absolute) {
  if (fd <= STDERR_FILENO || orders().control == nullptr) return false;
  const int kept = errno;
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, absolute, kPathRoom - 1);
  errno = kept;
  if (length <= 0) return false;
  absolute[length] = '\0';
  return is_meant(absolute);
}

int judge(const char* call, const char* path, std::size_t* bytes) {
  Control& control = *orders().control;
  const int kept = errno;
  if (control.off != 0) die();
  const std::uint64_t number = ++control.calls;
  if (number == control.power_off_at) {
    control.off = 1;
    die();
  }
  char shape[kPathRoom];
  shape_of(path, shape, sizeof shape);
  const int failure = verdict(call, shape, bytes);
  errno = kept;
  return failure;
}

void note_write(int fd, const iovec* pieces, int count, std::size_t bytes, off_t offset) {
  if (orders().journal < 0) return;
  iovec done[IOV_MAX - 1];
  int used = 0;
  for (std::size_t left = bytes; used < count && left > 0; ++used) {
    done[used] = pieces[used];
    if (done[used].iov_len > left) done[used].iov_len = left;
    left -= done[used].iov_len;
  }
  const Record record{0, Op::write, static_cast<std::uint32_t>(bytes),  inode_of(fd, "", AT_EMPTY_PATH),
                      0, 0,         static_cast<std::uint64_t>(offset), 0};
  put(record, done, used);
}

void note(Op op, int fd, off_t at, off_t length) {
  if (orders().journal < 0) return;
  put({0, op, 0, inode_of(fd, "", AT_EMPTY_PATH), 0, 0, static_cast<std::uint64_t>(at),
       static_cast<std::uint64_t>(length)},
      nullptr, 0);
}

void note_name(Op op, const char* path) {
  if (orders().journal < 0) return;
  const std::uint64_t file = op == Op::remove ? 0 : inode_of(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
  const char* name = name_in(path);
  put_name({0, op, 0, file, folder_inode(path), 0, 0, 0}, name, std::strlen(name));
}

void note_rename(const char* from, const char* to) {
  if (orders().journal < 0) return;
  char names[2 * NAME_MAX + 8];
  const int length = std::snprintf(names, sizeof names, "%s%c%s", name_in(from), '\0', name_in(to));
  put_name({0, Op::rename, 0, 0, folder_inode(from), folder_inode(to), 0, 0}, names,
           static_cast<std::size_t>(length));
}

bool exists(const char* path) {
  struct stat info{};
  const int kept = errno;
  const bool there = lstat(path, &info) == 0;
  errno = kept;
  return there;
}

void with_ours(char* const* environment, char** room) {
  int count = 0;
  for (; environment[count] != nullptr; ++count) room[count] = environment[count];
  int added = 0;
  for (char** own = environ; *own != nullptr && added < kOwnVariables; ++own) {
    const bool ours = std::strncmp(*own, "REC_DISK_", 9) == 0 || std::strncmp(*own, "LD_PRELOAD=", 11) == 0;
    if (ours) room[count + added++] = *own;
  }
  room[count + added] = nullptr;
}

}  // namespace rec::disk_shim
