// Uploaded parts and finished files, on disk: what the simulated Telegram keeps of a client's uploads.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::sim {

struct StoredFile {
  std::filesystem::path path;
  std::uint64_t size = 0;
};

/// Not thread-safe: its owner locks. Errors here carry, as text, the code Telegram would answer.
class FileStore {
 public:
  explicit FileStore(std::filesystem::path folder);
  ~FileStore();
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  /// Parts of one file are equally long but for the last, and may come in any order and again.
  Result<void> save_part(std::int64_t upload, int index, std::string_view bytes);
  /// Makes a file of parts 0 to count - 1, which stay for another use. The file has the name `name` in the
  /// folder.
  Result<StoredFile> assemble(std::int64_t upload, int count, const std::string& name);
  /// Forgets all parts, as Telegram does after hours; finished files stay.
  void forget_parts();
  /// Forgets this part of every upload that is under way.
  void forget_part(int index);

 private:
  struct Upload {
    int fd = -1;
    std::filesystem::path path;
    std::size_t part_size = 0;         // known once part 0 is here
    std::map<int, std::size_t> parts;  // index to length
    std::map<int, std::string> early;  // came before part 0: their place is not known yet
  };
  Result<Upload*> open(std::int64_t upload);
  static Result<void> write(Upload& upload, int index, std::string_view bytes);

  std::filesystem::path folder_;
  std::map<std::int64_t, Upload> uploads_;
};

}  // namespace rec::sim
