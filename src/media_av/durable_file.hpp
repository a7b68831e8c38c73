// A file that appears under its name only when it is whole and synced.
#pragma once
#include <string>
#include <utility>

#include "base/result.hpp"

namespace rec::media {

/// Written as "<path>.part"; commit() syncs it and gives it its name; without that the destructor removes it.
/// What an earlier, killed attempt left under the temporary name is removed.
class DurableFile {
 public:
  explicit DurableFile(std::string path);
  /// Takes over what is written already, as `temporary` in the same folder.
  DurableFile(std::string path, std::string temporary)
      : path_(std::move(path)), temporary_(std::move(temporary)) {}
  ~DurableFile();
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;

  [[nodiscard]] const std::string& temporary() const { return temporary_; }
  /// fsync, rename, fsync of the folder. no_space, denied, not_found: as the disk says; nothing is left then.
  Result<bool> commit();

 private:
  std::string path_;
  std::string temporary_;
  bool committed_ = false;
};

/// Writes a whole small file durably.
Result<bool> write_durably(const std::string& path, std::string_view bytes);

}  // namespace rec::media
