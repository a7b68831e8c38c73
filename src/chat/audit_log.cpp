#include "chat/audit_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "app/names.hpp"
#include "base/fd.hpp"
#include "base/folders.hpp"

namespace rec::chat {
namespace {

constexpr std::size_t kMostOfResult = 300;
constexpr std::size_t kMostOfCommand = 500;

}  // namespace

std::string audit_line(const AuditEntry& entry) {
  return fmt::format("{}\t{}\t{}\t{}\t{}", iso8601(entry.at), entry.person, entry.outcome,
                     one_line(entry.command, kMostOfCommand), one_line(entry.result, kMostOfResult));
}

Result<void> append_audit(const std::string& path, const std::string& line) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!folder.empty()) {
    REC_CHECK(make_folders(folder));
  }
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file) return fail(errno_error(errno, "control.audit_log_file: " + path));
  const std::string whole = line + "\n";
  ssize_t written = 0;
  do written = ::write(file.get(), whole.data(), whole.size());
  while (written < 0 && errno == EINTR);
  if (written < 0) return fail(errno_error(errno, "writing " + path));
  if (::fdatasync(file.get()) != 0) return fail(errno_error(errno, "syncing " + path));
  return {};
}

}  // namespace rec::chat
