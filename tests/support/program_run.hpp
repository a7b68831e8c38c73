// Runs the real program as a child, as a person at a terminal would: arguments in, output and exit code out.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace rec::testing_support {

struct Output {
  int exit_code = -1;  ///< 128 + signal when it was killed, -1 when it ran out of time (and was killed)
  std::string out;
  std::string err;
};

/// A child that runs the program under test, or another one by its path. Output goes to files in `folder`.
class ProgramRun {
 public:
  ProgramRun(std::filesystem::path folder, std::vector<std::string> arguments, std::string program = {});
  ~ProgramRun();
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;

  void signal(int number) const;
  /// Waits for its end; kills it when the time is over.
  Output wait(std::chrono::seconds limit = std::chrono::seconds(60));

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

inline Output run_program(const std::filesystem::path& folder, std::vector<std::string> arguments,
                          std::chrono::seconds limit = std::chrono::seconds(60)) {
  return ProgramRun(folder, std::move(arguments)).wait(limit);
}

/// A folder of its own below the system's temporary one, removed at the end of the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The files of a folder by that extension, sorted by name.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            const std::string& extension);

}  // namespace rec::testing_support
