#include "store/old_database.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "store/sql_error.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

/// A folder for the copy, gone with the object.
class CopyFolder {
 public:
  CopyFolder() : path_((fs::temp_directory_path() / "streamrecorder-import-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~CopyFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  CopyFolder(const CopyFolder&) = delete;
  CopyFolder& operator=(const CopyFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<std::string> copy_of(const std::string& path, const CopyFolder& folder) {
  if (folder.path().empty()) return fail(errno_error(errno, "making a temporary folder"));
  std::string copy = (fs::path(folder.path()) / "copy").string();
  std::error_code error;
  fs::copy_file(path, copy, error);
  if (error) return fail(errno_error(error.value(), "reading " + path));
  if (fs::exists(path + "-wal", error)) fs::copy_file(path + "-wal", copy + "-wal", error);
  if (error) return fail(errno_error(error.value(), "reading " + path + "-wal"));
  return copy;
}

}  // namespace

Result<std::vector<std::string>> old_rows(const std::string& path, const std::string& table) {
  const CopyFolder folder;
  REC_TRY(const std::string copy, copy_of(path, folder));
  SQLite::Database database(copy, SQLite::OPEN_READWRITE);
  return guard_sql(database, path, [&]() -> Result<std::vector<std::string>> {
    if (!database.tableExists(table)) return fail(Errc::not_found, path + " has no table " + table);
    SQLite::Statement rows(database, "SELECT data FROM " + table + " ORDER BY rowid");
    std::vector<std::string> all;
    while (rows.executeStep()) all.push_back(rows.getColumn(0).getString());
    return all;
  });
}

}  // namespace rec
