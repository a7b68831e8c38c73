// Watches the file systems that recordings are written to, and says when there is room. Decision thread only;
// the file systems are asked on the disk worker.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "core/disk_policy.hpp"
#include "runtime/clock.hpp"
#include "runtime/worker.hpp"

namespace rec {

/// A file system, as it was asked.
struct DiskSpace {
  std::uint64_t device = 0;  ///< the same for two folders of one file system
  std::uint64_t free = 0;    ///< bytes that this process may write
};
/// Blocking. The file system of the path, or of the nearest folder above it that exists.
using DiskSpaceOf = std::function<Result<DiskSpace>(const std::string& path)>;
Result<DiskSpace> disk_space_of(const std::string& path);

/// What lies on a file system: the data folder, the output folder, or both.
struct OnDisk {
  bool segments = false;
  bool parts = false;
};

class DiskGuard {
 public:
  struct Needs {
    Clock& clock;
    Worker& disk;
    const Settings& settings;
    DiskSpaceOf space_of{};  ///< empty: disk_space_of
    /// Has what may go from a full file system removed at once; true while something of it is still there.
    /// Called when room gets short, before anything pauses.
    std::function<bool(OnDisk)> make_room{};
    std::function<void()> on_change{};  ///< something paused or goes on
  };
  explicit DiskGuard(Needs needs) : needs_(std::move(needs)) {}

  /// Looks once.
  Task<> look();
  /// Looks every two seconds until cancelled. Without recording.min_free there is always room.
  Task<> run();

  /// Is there room to record? no_space says where there is not.
  [[nodiscard]] Result<void> room_to_record() const;
  /// When there was room to record again; nothing: there always was.
  [[nodiscard]] std::optional<SteadyTime> resumed_at() const { return resumed_at_; }
  /// Is there room for a part of so many bytes? On the disk that recordings are written to parts are made
  /// while it is paused as well: once they are posted, room comes back. no_space says where there is none.
  [[nodiscard]] Result<void> room_for_part(std::uint64_t bytes) const;

  /// One of the file systems, for people.
  struct View {
    std::string folder;
    std::uint64_t free = 0;
    bool paused = false;
    std::optional<std::chrono::seconds> left{};  ///< until it pauses, at the present rate
  };
  [[nodiscard]] std::vector<View> views() const;

 private:
  struct Root {
    std::string folder;
    std::uint64_t device = 0;
    disk::Reading reading{};
    disk::State state{};
    bool gaining = false;  ///< what may go is being removed
    SteadyTime gaining_since{};
    std::string complaint{};  ///< why it could not be asked
  };
  Task<> look_at(Root& root);
  void judge(Root& root);
  void say(const Root& root, disk::Notice notice) const;
  [[nodiscard]] bool shared() const { return parts_.device == segments_.device; }
  [[nodiscard]] disk::Policy policy() const { return {.min_free = needs_.settings.min_free}; }

  Needs needs_;
  Root segments_{};
  Root parts_{};
  std::optional<SteadyTime> resumed_at_{};
};

}  // namespace rec
