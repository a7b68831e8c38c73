// Exit codes of every command; promised to scripts.
#pragma once
#include "base/result.hpp"

namespace rec::cli {

enum Exit : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kPartlyDone = 3,
  kConfiguration = 4,
  kMissingProgram = 5,
  kAnotherInstance = 6,
  kNotAllowed = 7,
  kDiskFull = 8,
  kInterrupted = 130,
  kTerminated = 143,
};

/// The code for an error that ended a command.
inline int exit_code(const Error& error) {
  switch (error.code) {
    case Errc::conflict:
      return kAnotherInstance;
    case Errc::denied:
      return kNotAllowed;
    case Errc::no_space:
      return kDiskFull;
    default:
      return kFailed;
  }
}

/// "streamrecorder: text" on stderr, one line.
int report(const Error& error);
int report(const Error& error, int code);

}  // namespace rec::cli
