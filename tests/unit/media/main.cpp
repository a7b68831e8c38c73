// The test program is its own media worker.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstring>

#include "media_av/media_worker.hpp"

// libx265 leaks some of its own at close; the test streams use it.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "worker") == 0) return rec::media::media_worker_main();
  if (argc > 1 && std::strcmp(argv[1], "crash") == 0) std::abort();
  if (argc > 1 && std::strcmp(argv[1], "killed") == 0) return ::raise(SIGKILL);
  if (argc > 1 && std::strcmp(argv[1], "babble") == 0) return std::puts("not json") < 0;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
