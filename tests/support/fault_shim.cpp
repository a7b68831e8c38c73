// Preloaded into the program under test: lets writes or syncs of files fail as long as a flag file is there,
// and writes down what was asked of those files. What to do is said by the environment:
//   REC_FAULT_PATH   part of the path of the files meant
//   REC_FAULT_CALL   write | sync
//   REC_FAULT_ERRNO  a number
//   REC_FAULT_FLAG   the flag file; "once" in it: it goes with the first failure
//   REC_FAULT_LOG    gets a line for each call: "write PATH 0", "sync PATH 5", "cut PATH 0"
//   REC_FAULT_KILL   the program is killed in place of the call of that number (1, 2, …), whatever it is:
//   writes,
//                    syncs, cuts, renames and removals of those files count
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const char* asked(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

using Write = ssize_t (*)(int, const void*, size_t);

bool is_meant(const char* path) {
  const char* meant = asked("REC_FAULT_PATH");
  return *meant != '\0' && std::strstr(path, meant) != nullptr;
}

bool path_of(int fd, char* path, size_t room) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, room - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return is_meant(path);
}

int fault_now(const char* call) {
  const char* flag = asked("REC_FAULT_FLAG");
  if (std::strcmp(asked("REC_FAULT_CALL"), call) != 0) return 0;
  const int fd = open(flag, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char word[8] = {};
  if (read(fd, word, sizeof word - 1) > 0 && std::strncmp(word, "once", 4) == 0) unlink(flag);
  close(fd);
  return std::atoi(asked("REC_FAULT_ERRNO"));
}

void count_towards_kill() {
  static std::atomic<long> calls{0};
  static const long last = std::atol(asked("REC_FAULT_KILL"));
  if (last > 0 && ++calls == last) raise(SIGKILL);
}

// The errno that the call is to fail with, 0 to let it through.
int judge(const char* call, int fd) {
  const int kept = errno;
  char path[4096];
  int failure = 0;
  if (path_of(fd, path, sizeof path)) {
    count_towards_kill();
    failure = fault_now(call);
    const int log = open(asked("REC_FAULT_LOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log >= 0) {
      char line[4200];
      const int length = std::snprintf(line, sizeof line, "%s %s %d\n", call, path, failure);
      static_cast<void>(!real<Write>("write")(log, line, static_cast<size_t>(length)));
      close(log);
    }
  }
  errno = failure != 0 ? failure : kept;
  return failure;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t count) {
  if (judge("write", fd) != 0) return -1;
  return real<Write>("write")(fd, bytes, count);
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  if (judge("write", fd) != 0) return -1;
  return real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  if (judge("write", fd) != 0) return -1;
  return real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(fd, bytes, count, offset);
}

int ftruncate(int fd, off_t length) {
  judge("cut", fd);
  return real<int (*)(int, off_t)>("ftruncate")(fd, length);
}

int ftruncate64(int fd, off64_t length) {
  judge("cut", fd);
  return real<int (*)(int, off64_t)>("ftruncate64")(fd, length);
}

int fsync(int fd) {
  if (judge("sync", fd) != 0) return -1;
  return real<int (*)(int)>("fsync")(fd);
}

int fdatasync(int fd) {
  if (judge("sync", fd) != 0) return -1;
  return real<int (*)(int)>("fdatasync")(fd);
}

int rename(const char* from, const char* to) {
  if (is_meant(to)) count_towards_kill();
  return real<int (*)(const char*, const char*)>("rename")(from, to);
}

int unlink(const char* path) {
  if (is_meant(path)) count_towards_kill();
  return real<int (*)(const char*)>("unlink")(path);
}

int remove(const char* path) {
  if (is_meant(path)) count_towards_kill();
  return real<int (*)(const char*)>("remove")(path);
}

}  // extern "C"
