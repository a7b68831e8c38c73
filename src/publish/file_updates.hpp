// Thins out TDLib's updateFile: one is made for every uploaded part, and for files nobody uploads.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rec {

/// Not thread-safe. Looks at the text only: no JSON is parsed here.
class FileUpdateThinner {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Appends to `out` what is to be passed on now: everything that is not an updateFile at once, an
  /// updateFile of an upload at once if none of that file was passed on lately; else it is kept, the newest
  /// of each file.
  void put(std::string_view line, Time now, std::vector<std::string>& out);
  /// Appends what was kept and is due.
  void flush(Time now, std::vector<std::string>& out);

 private:
  struct Kept {
    std::string line{};
    Time due{};
  };
  std::map<std::int64_t, Kept> files_;
};

}  // namespace rec
