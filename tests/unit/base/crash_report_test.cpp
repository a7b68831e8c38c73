#include "base/crash_report.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

namespace rec {
namespace {

TEST(CrashReport, WhatEndsTheProgramIsNamedWithThreadAndPlaceAndEndsItAsBefore) {
  const auto die = [] {
    report_crashes("a-program");
    std::abort();
  };
  EXPECT_EXIT(die(), testing::KilledBySignal(SIGABRT),
              "a-program [0-9.]+: a defect ended the program \\(SIGABRT, thread .*\\).*\n.*unit_base.*0x");
}

TEST(CrashReport, AHandlerThatIsThereStays) {
  const auto exit_by_own = [] {
    ::signal(SIGFPE, [](int) { std::_Exit(42); });
    report_crashes("a-program");
    ::raise(SIGFPE);
  };
  EXPECT_EXIT(exit_by_own(), testing::ExitedWithCode(42), "^$");
}

}  // namespace
}  // namespace rec
