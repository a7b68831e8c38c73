// At which steps the program is crashed, where it may be at any.
#pragma once
#include <cstdlib>

namespace rec::simulation {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

/// From one crash to the next: `usual` steps, 1 where every run of the tests crashes at each. With REC_LONG
/// always 1. Sanitizers take six times as long and look for what is the same at most steps: a fifth of them.
inline int crash_stride(int usual = 1) {
  if (std::getenv("REC_LONG") != nullptr) return 1;
  return kSanitized ? 5 * usual : usual;
}

/// The step after this one; -1 is the run without a crash.
inline int next_crash(int step, int usual = 1) { return step < 0 ? 0 : step + crash_stride(usual); }

}  // namespace rec::simulation
