#include "app/disk_guard.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <filesystem>

#include "base/log.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kLookEvery{2};
// Removing a few files takes no longer; what is not gone by then does not go.
constexpr std::chrono::seconds kMakingRoom{10};

std::string gigabytes(std::uint64_t bytes) {
  return bytes < 100'000'000 ? fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6)
                             : fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

}  // namespace

Result<DiskSpace> disk_space_of(const std::string& path) {
  std::filesystem::path folder = std::filesystem::absolute(path);
  struct stat info{};
  while (::stat(folder.c_str(), &info) != 0) {
    if (errno != ENOENT || folder == folder.root_path())
      return fail(errno_error(errno, "looking at " + path));
    folder = folder.parent_path();
  }
  struct statvfs space{};
  if (::statvfs(folder.c_str(), &space) != 0) return fail(errno_error(errno, "looking at " + path));
  return DiskSpace{info.st_dev, std::uint64_t{space.f_bavail} * space.f_frsize};
}

Task<> DiskGuard::run() {
  for (;;) {
    co_await needs_.clock.sleep(kLookEvery);
    REC_CO_CHECK(co_await look());
  }
}

Task<> DiskGuard::look() {
  if (needs_.settings.min_free == 0) {  // it may be another one later
    const bool was_paused = segments_.state.paused || parts_.state.paused;
    segments_ = parts_ = {};
    if (was_paused && needs_.on_change) needs_.on_change();
    co_return Result<void>();
  }
  segments_.folder = needs_.settings.data_folder;
  parts_.folder = needs_.settings.output_folder;
  REC_CO_CHECK(co_await look_at(segments_));
  REC_CO_CHECK(co_await look_at(parts_));
  judge(segments_);
  if (!shared()) judge(parts_);
  co_return Result<void>();
}

Task<> DiskGuard::look_at(Root& root) {
  auto job = [space_of = needs_.space_of ? needs_.space_of : disk_space_of, folder = root.folder] {
    return space_of(folder);
  };
  const auto space = co_await run_on(needs_.disk, std::move(job));
  if (!space) {  // what was so is taken to be so still
    if (root.complaint != space.error().text) log::warn("disk.unknown", {{"error", space.error().text}});
    root.complaint = space.error().text;
    root.reading.at = needs_.clock.steady();
    co_return Result<void>();
  }
  root.complaint.clear();
  if (root.device != space->device) root.state.history.clear();
  root.device = space->device;
  root.reading = {needs_.clock.steady(), space->free};
  co_return Result<void>();
}

void DiskGuard::judge(Root& root) {
  if (!root.complaint.empty()) return;
  const bool tight = root.reading.free < disk::roomy_mark(policy());
  const OnDisk holds{shared() || &root == &segments_, shared() || &root == &parts_};
  const bool removing = tight && needs_.make_room && needs_.make_room(holds);
  if (removing && !root.gaining) root.gaining_since = root.reading.at;
  root.gaining = removing;
  const bool wait = removing && root.reading.at - root.gaining_since < kMakingRoom;
  disk::Step taken = disk::step(std::move(root.state), root.reading, policy(), wait);
  root.state = std::move(taken.next);
  for (const disk::Notice notice : taken.notices) {
    if (notice == disk::Notice::resumed && &root == &segments_) resumed_at_ = root.reading.at;
    say(root, notice);
  }
  if (!taken.notices.empty() && needs_.on_change) needs_.on_change();
}

void DiskGuard::say(const Root& root, disk::Notice notice) const {
  const std::string free = gigabytes(root.reading.free);
  const std::string mark = gigabytes(policy().min_free);
  const char* what = &root == &segments_ ? "recording" : "making parts";
  switch (notice) {
    case disk::Notice::paused:
      log::error("disk.paused", {{"folder", root.folder},
                                 {"free", free},
                                 {"text", fmt::format("{} pauses until there is more room than "
                                                      "recording.min_free ({})",
                                                      what, mark)}});
      break;
    case disk::Notice::resumed:
      log::info("disk.resumed", {{"folder", root.folder}, {"free", free}});
      break;
    case disk::Notice::runs_out: {
      const auto remaining = disk::left(root.state, root.reading, policy()).value_or(std::chrono::seconds(0));
      log::warn("disk.runs_out",
                {{"folder", root.folder},
                 {"free", free},
                 {"hours_left", fmt::format("{:.1f}", static_cast<double>(remaining.count()) / 3600)}});
      break;
    }
    case disk::Notice::lasts:
      log::info("disk.lasts", {{"folder", root.folder}, {"free", free}});
      break;
  }
}

Result<void> DiskGuard::room_to_record() const {
  if (!segments_.state.paused) return {};
  return fail(Errc::no_space,
              fmt::format("{}: only {} are free, less than recording.min_free ({}); make room and the "
                          "recording goes on by itself",
                          segments_.folder, gigabytes(segments_.reading.free), gigabytes(policy().min_free)));
}

Result<void> DiskGuard::room_for_part(std::uint64_t bytes) const {
  if (needs_.settings.min_free == 0 || parts_.device == 0) return {};
  const std::uint64_t floor = shared() ? policy().min_free / 10 : policy().min_free;
  if (parts_.reading.free >= bytes + floor) return {};
  return fail(Errc::no_space,
              fmt::format("{}: only {} are free, too little to make a part of {}; make room and "
                          "it is made by itself",
                          parts_.folder, gigabytes(parts_.reading.free), gigabytes(bytes)));
}

std::vector<DiskGuard::View> DiskGuard::views() const {
  std::vector<View> all;
  if (segments_.device == 0) return all;
  const auto view = [this](const Root& root) {
    return View{root.folder, root.reading.free, root.state.paused,
                disk::left(root.state, root.reading, policy())};
  };
  all.push_back(view(segments_));
  if (!shared()) all.push_back(view(parts_));
  return all;
}

}  // namespace rec
