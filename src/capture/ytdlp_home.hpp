// Where the program's own yt-dlp lies, and who may use or change it at this instant:
//
//   <data folder>/ytdlp/lock                     flock: shared by whoever runs it, exclusive while it is
//   switched
//                       update.lock              flock: one update or rollback at a time
//                       current  -> versions/2026.11.01
//                       previous -> versions/2026.09.15    what a rollback goes back to
//                       versions/VERSION/yt-dlp
//
// All of it is blocking, and short. Threads: any.
#pragma once
#include <string>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace rec::capture {

/// A yt-dlp of our own that stays as it is for as long as this lives: take it before a resolve or a take
/// starts the program, let go when the child has ended.
class HeldYtDlp {
 public:
  /// Never waits. not_found: there is none; conflict: it is being switched at this instant, try again in a
  /// moment.
  static Result<HeldYtDlp> take(const std::string& data_folder);
  /// The program's path, without links in it.
  [[nodiscard]] const std::string& program() const { return program_; }

 private:
  HeldYtDlp(Fd lock, std::string program) : lock_(std::move(lock)), program_(std::move(program)) {}
  Fd lock_;
  std::string program_;
};

/// Paths and switches below `<data folder>/ytdlp`. Only update and rollback change anything.
class YtDlpHome {
 public:
  explicit YtDlpHome(const std::string& data_folder) : folder_(data_folder + "/ytdlp") {}

  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// `<folder>/current/yt-dlp`, whether it is there or not.
  [[nodiscard]] std::string current_program() const { return folder_ + "/current/yt-dlp"; }
  /// "" when there is none.
  [[nodiscard]] std::string current_version() const { return version_behind("current"); }
  [[nodiscard]] std::string previous_version() const { return version_behind("previous"); }

  /// Creates the folders, takes the lock of updates, and removes what a killed update left. conflict: another
  /// update runs.
  [[nodiscard]] Result<Fd> begin_update() const;
  /// A folder of its own for a program that is still to be tried.
  [[nodiscard]] Result<std::string> staging_folder() const;
  /// The exclusive lock, if nobody uses a yt-dlp of ours at this instant; conflict: somebody does.
  [[nodiscard]] Result<Fd> try_exclusive() const;
  /// Makes the folder `staged` the current version, by renames; what was current becomes the previous one,
  /// and what is neither goes. A kill in between leaves the old one in use. Hold the exclusive lock.
  [[nodiscard]] Result<void> install(const std::string& staged, const std::string& version) const;
  /// Exchanges current and previous, in one step. not_found: there is no previous one. Hold the exclusive
  /// lock.
  [[nodiscard]] Result<void> exchange() const;

 private:
  [[nodiscard]] std::string version_behind(const char* link) const;
  [[nodiscard]] Result<void> point(const char* link, const std::string& version) const;
  void remove_unused() const;
  std::string folder_;
};

}  // namespace rec::capture
