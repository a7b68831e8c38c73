// Preloaded into the program under test: its clocks are off by what stands in the file REC_CLOCK, two numbers
// of 64 bits, in nanoseconds: of the wall clock, and of those that only go forward. The file is looked at
// with each call, so clocks can be set while the program runs.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace {

constexpr int64_t kSecond = 1'000'000'000;

const volatile int64_t* offsets() {
  static const volatile int64_t* const mapped = [] {
    static const int64_t none[2] = {0, 0};
    const char* path = getenv("REC_CLOCK");
    const int fd = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return static_cast<const volatile int64_t*>(none);
    void* at = mmap(nullptr, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    return at == MAP_FAILED ? none : static_cast<const volatile int64_t*>(at);
  }();
  return mapped;
}

bool is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }
bool is_monotonic(clockid_t clock) {
  return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_MONOTONIC_RAW ||
         clock == CLOCK_BOOTTIME;
}

int64_t offset_of(clockid_t clock) {
  return is_wall(clock) ? offsets()[0] : is_monotonic(clock) ? offsets()[1] : 0;
}

timespec moved(const timespec& time, int64_t by) {
  int64_t all = time.tv_sec * kSecond + time.tv_nsec + by;
  if (all < 0) all = 0;
  return {static_cast<time_t>(all / kSecond), static_cast<long>(all % kSecond)};
}

template <class Function>
Function next_of(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = next_of<int (*)(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, time);
  if (result == 0) *time = moved(*time, offset_of(clock));
  return result;
}

int gettimeofday(timeval* __restrict time, void* __restrict) noexcept {
  timespec now{};
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

// Deadlines that were made from a clock that is off.

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  static const auto real = next_of<int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>(
      "pthread_cond_clockwait");
  const timespec meant = moved(*until, -offset_of(clock));
  return real(condition, mutex, clock, &meant);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* until) {
  static const auto real =
      next_of<int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*)>("pthread_cond_timedwait");
  const timespec meant = moved(*until, -offset_of(CLOCK_REALTIME));
  return real(condition, mutex, &meant);
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  static const auto real = next_of<int (*)(clockid_t, int, const timespec*, timespec*)>("clock_nanosleep");
  if ((flags & TIMER_ABSTIME) == 0) return real(clock, flags, time, left);
  const timespec meant = moved(*time, -offset_of(clock));
  return real(clock, flags, &meant, left);
}

}  // extern "C"
