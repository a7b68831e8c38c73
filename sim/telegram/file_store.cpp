// A part is written to its place in one file per upload; a finished file is a hard link to that.
#include "sim/telegram/file_store.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace rec::sim {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kLargestPart = 512 * 1024;

}  // namespace

FileStore::FileStore(fs::path folder) : folder_(std::move(folder)) {
  std::error_code ignored;  // a folder that is not there shows at the first part
  fs::create_directories(folder_, ignored);
}

FileStore::~FileStore() { forget_parts(); }

Result<FileStore::Upload*> FileStore::open(std::int64_t upload) {
  auto& held = uploads_[upload];
  if (held.fd >= 0) return &held;
  held.path = folder_ / ("parts-" + std::to_string(upload));
  held.fd = ::open(held.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (held.fd < 0) return fail(errno_error(errno, "open " + held.path.string()));
  return &held;
}

Result<void> FileStore::write(Upload& upload, int index, std::string_view bytes) {
  auto place = static_cast<off_t>(upload.part_size) * index;
  upload.parts[index] = bytes.size();
  while (!bytes.empty()) {
    const auto n = ::pwrite(upload.fd, bytes.data(), bytes.size(), place);
    if (n <= 0) return fail(errno_error(errno, "write " + upload.path.string()));
    bytes.remove_prefix(static_cast<std::size_t>(n));
    place += n;
  }
  return {};
}

Result<void> FileStore::save_part(std::int64_t upload, int index, std::string_view bytes) {
  if (bytes.empty()) return fail(Errc::invalid, "FILE_PART_EMPTY");
  if (bytes.size() > kLargestPart) return fail(Errc::invalid, "FILE_PART_TOO_BIG");
  if (index < 0) return fail(Errc::invalid, "FILE_PART_INVALID");
  REC_TRY(auto* const held, open(upload));
  if (index > 0 && held->part_size == 0) {
    held->early[index] = std::string(bytes);
    return {};
  }
  if (index > 0 && bytes.size() > held->part_size) return fail(Errc::invalid, "FILE_PART_SIZE_CHANGED");
  if (index == 0) held->part_size = bytes.size();
  REC_CHECK(write(*held, index, bytes));
  for (const auto& [early, content] : std::exchange(held->early, {})) {
    REC_CHECK(write(*held, early, content));
  }
  return {};
}

Result<StoredFile> FileStore::assemble(std::int64_t upload, int count, const std::string& name) {
  const auto found = uploads_.find(upload);
  if (count < 1) return fail(Errc::invalid, "FILE_PARTS_INVALID");
  StoredFile made{folder_ / name, 0};
  for (int i = 0; i < count; ++i) {
    if (found == uploads_.end() || !found->second.parts.contains(i))
      return fail(Errc::invalid, "FILE_PART_" + std::to_string(i) + "_MISSING");
    const auto length = found->second.parts.at(i);
    if (i + 1 < count && length != found->second.part_size)
      return fail(Errc::invalid, "FILE_PART_SIZE_INVALID");
    made.size += length;
  }
  if (::link(found->second.path.c_str(), made.path.c_str()) != 0)
    return fail(errno_error(errno, "link " + made.path.string()));
  return made;
}

void FileStore::forget_part(int index) {
  for (auto& [id, upload] : uploads_) upload.parts.erase(index);
}

void FileStore::forget_parts() {
  for (const auto& [id, upload] : uploads_) {
    if (upload.fd >= 0) ::close(upload.fd);
    ::unlink(upload.path.c_str());
  }
  uploads_.clear();
}

}  // namespace rec::sim
