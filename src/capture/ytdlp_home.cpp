// Links, renames and flocks.
#include "capture/ytdlp_home.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/folders.hpp"
#include "base/ids.hpp"

namespace rec::capture {
namespace {

namespace fs = std::filesystem;

Result<Fd> flocked(const std::string& path, int how, const std::string& in_use) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(errno_error(errno, "cannot open " + path));
  while (::flock(fd.get(), how | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return fail(Errc::conflict, in_use);
    return fail(errno_error(errno, "cannot lock " + path));
  }
  return fd;
}

Result<void> renamed(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return fail(errno_error(errno, "cannot rename " + from + " to " + to));
  return {};
}

}  // namespace

Result<HeldYtDlp> HeldYtDlp::take(const std::string& data_folder) {
  const YtDlpHome home(data_folder);
  if (::access(home.current_program().c_str(), X_OK) != 0) {
    return fail(Errc::not_found, "no yt-dlp of its own in " + home.folder());
  }
  REC_TRY(Fd lock, flocked(home.folder() + "/lock", LOCK_SH, "yt-dlp is being switched; try again"));
  std::error_code error;  // only now: before, the link might have moved on
  const fs::path program = fs::canonical(home.current_program(), error);
  if (error) return fail(errno_error(error.value(), home.current_program()));
  return HeldYtDlp(std::move(lock), program.string());
}

std::string YtDlpHome::version_behind(const char* link) const {
  std::error_code error;
  const fs::path target = fs::read_symlink(fs::path(folder_) / link, error);
  if (error || ::access((folder_ + "/" + link + "/yt-dlp").c_str(), F_OK) != 0) return {};
  return target.filename().string();
}

Result<Fd> YtDlpHome::begin_update() const {
  REC_CHECK(make_folders(folder_ + "/versions"));
  REC_TRY(Fd lock, flocked(folder_ + "/update.lock", LOCK_EX,
                           "another ytdlp update or rollback is at work in " + folder_ + "; let it end"));
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    if (entry.path().filename().string().starts_with("new-")) fs::remove_all(entry.path(), ignored);
  }
  return lock;
}

Result<std::string> YtDlpHome::staging_folder() const {
  std::string folder = folder_ + "/new-" + random_token(8);
  REC_CHECK(make_folders(folder));
  return folder;
}

Result<Fd> YtDlpHome::try_exclusive() const {
  return flocked(folder_ + "/lock", LOCK_EX, "yt-dlp is in use by a running streamrecorder");
}

Result<void> YtDlpHome::point(const char* link, const std::string& version) const {
  const std::string fresh = folder_ + "/new-" + random_token(8);
  std::error_code error;
  fs::create_symlink("versions/" + version, fresh, error);
  if (error) return fail(errno_error(error.value(), "cannot create " + fresh));
  return renamed(fresh, folder_ + "/" + link);
}

Result<void> YtDlpHome::install(const std::string& staged, const std::string& version) const {
  const std::string place = folder_ + "/versions/" + version;
  const std::string before = current_version();
  std::error_code ignored;
  if (fs::exists(place, ignored)) {  // the previous one, or the current one with other bytes
    REC_CHECK(renamed(place, folder_ + "/new-" + random_token(8)));
  }
  REC_CHECK(renamed(staged, place));
  REC_CHECK(sync_folder(folder_ + "/versions"));
  if (!before.empty() && before != version) {
    REC_CHECK(point("previous", before));
  }
  REC_CHECK(point("current", version));
  REC_CHECK(sync_folder(folder_));
  remove_unused();
  return {};
}

Result<void> YtDlpHome::exchange() const {
  if (previous_version().empty() || previous_version() == current_version()) {
    return fail(Errc::not_found, folder_ + " keeps no former yt-dlp to go back to");
  }
  const std::string current = folder_ + "/current";
  const std::string previous = folder_ + "/previous";
  if (::renameat2(AT_FDCWD, current.c_str(), AT_FDCWD, previous.c_str(), RENAME_EXCHANGE) != 0) {
    return fail(errno_error(errno, "cannot exchange " + current + " and " + previous));
  }
  return sync_folder(folder_);
}

// What cannot be removed is tried again at the next update.
void YtDlpHome::remove_unused() const {
  std::error_code ignored;
  const std::string current = current_version();
  const std::string previous = previous_version();
  for (const auto& entry : fs::directory_iterator(folder_ + "/versions", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name != current && name != previous) fs::remove_all(entry.path(), ignored);
  }
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    if (entry.path().filename().string().starts_with("new-")) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace rec::capture
