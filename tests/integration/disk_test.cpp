// The real program on disks that fill up, refuse and lie: recording pauses, says so once, and comes back by
// itself.
#include <signal.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "store/sqlite_store.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::TempFolder;

std::size_t times_in(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The environment of children started while it lives.
class Faults {
 public:
  Faults(const std::filesystem::path& folder, const char* call, const char* path, int errno_value)
      : flag_(folder / "fault.flag"), log_(folder / "fault.log") {
    set("LD_PRELOAD", REC_FAULT_SHIM);
    set("ASAN_OPTIONS", "verify_asan_link_order=0");
    set("REC_FAULT_CALL", call);
    set("REC_FAULT_PATH", path);
    set("REC_FAULT_ERRNO", std::to_string(errno_value));
    set("REC_FAULT_FLAG", flag_.string());
    set("REC_FAULT_LOG", log_.string());
  }
  ~Faults() { leave(); }
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;
  /// Children started from here on are left alone.
  void leave() {
    for (const auto& name : names_) unsetenv(name.c_str());
    names_.clear();
  }
  void begin(const std::string& how = "") const { std::ofstream(flag_) << how; }
  void end() const { std::filesystem::remove(flag_); }
  [[nodiscard]] bool over() const { return !std::filesystem::exists(flag_); }
  [[nodiscard]] std::string log() const { return text_of(log_); }

 private:
  void set(const char* name, const std::string& value) {
    setenv(name, value.c_str(), 1);
    names_.emplace_back(name);
  }
  std::filesystem::path flag_;
  std::filesystem::path log_;
  std::vector<std::string> names_;
};

class Disks : public testing::Test {
 protected:
  sim::SimTwitch twitch;
  TempFolder folder;

  std::string write_config(const std::filesystem::path& where, const std::string& recording,
                           const std::string& channels = "someone") const {
    std::filesystem::create_directories(where);
    std::ofstream(where / "config.yaml")
        << "platform: twitch\ntwitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n"
        << "  channels: [" << channels << "]\n  check_interval: 1\n  offline_grace_period: 3\n"
        << "recording: {" << recording << "}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
    return (where / "config.yaml").string();
  }
  template <class Condition>
  static bool wait_for(Condition condition, seconds limit = seconds(90)) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!condition() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds(50));
    return condition();
  }
  static bool has_parts(const std::filesystem::path& where) {
    return std::filesystem::exists(where / "recordings") && !files_in(where / "recordings", ".mp4").empty();
  }
  /// The stream has ended, and all of it is a file.
  void finish(const sim::LiveStream& live, const std::filesystem::path& where, const std::string& login) {
    EXPECT_TRUE(wait_for([&] { return live.ended(); }));
    twitch.set_offline(login);
    EXPECT_TRUE(wait_for([&] { return has_parts(where); })) << "no file came of it";
    EXPECT_TRUE(wait_for([&] { return std::filesystem::is_empty(where / "data/segments"); })) << "not done";
    std::this_thread::sleep_for(seconds(1));
  }
  /// The gaps of the only session.
  static std::vector<Gap> gaps_of(const std::filesystem::path& where) {
    auto store = SqliteStore::open((where / "data" / "state.db").string());
    EXPECT_TRUE(store);
    const auto history = (*store)->history(10);
    EXPECT_TRUE(history && history->size() == 1);
    return history->empty() ? std::vector<Gap>{} : (*store)->gaps(history->at(0).id).value();
  }
};

TEST_F(Disks, C74_BelowTheMarkRecordingPausesSaysSoOnceAndComesBackByItself) {
  const auto disk = folder / "disk";
  std::filesystem::create_directories(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=24m") != 0)
    GTEST_SKIP() << "needs the right to mount a tmpfs";
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1"}, numbered_media(34, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  const std::string config = write_config(disk, "min_free: 10MB");
  ProgramRun run(folder.path(), {"run", "--config", config});
  EXPECT_TRUE(
      wait_for([&] { return SteadyTime(std::chrono::steady_clock::now()) > live.first_listed_at(6); }));
  std::ofstream(disk / "filler") << std::string(16U << 20U, 'x');
  const auto err = folder / "stderr.txt";
  EXPECT_TRUE(wait_for([&] { return text_of(err).find("disk.paused") != std::string::npos; }, seconds(20)));
  std::this_thread::sleep_for(seconds(14));
  std::filesystem::remove(disk / "filler");
  EXPECT_TRUE(wait_for([&] { return text_of(err).find("disk.resumed") != std::string::npos; }, seconds(30)));
  finish(live, disk, "someone");
  run.signal(SIGTERM);
  const Output ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_EQ(times_in(ended.err, " disk.paused "), 1U) << ended.err;
  EXPECT_EQ(times_in(ended.err, "disk.resumed"), 1U) << ended.err;
  const auto frames = frames_in(files_in(disk / "recordings", ".mp4"));
  EXPECT_TRUE(std::ranges::is_sorted(frames));
  EXPECT_EQ(std::ranges::adjacent_find(frames), frames.end()) << "a frame is there twice";
  // Its server has them for minutes yet.
  EXPECT_EQ(frames.size(), 34U * 25U) << "what was broadcast meanwhile is fetched once there is room";
  EXPECT_TRUE(gaps_of(disk).empty());
  for (const auto& part : files_in(disk, ".part")) ADD_FAILURE() << part << " is half a file";
  umount2(disk.c_str(), MNT_DETACH);
}

class RefusingDisk : public Disks, public testing::WithParamInterface<int> {};

TEST_P(RefusingDisk, C74_WhatItRefusesForAWhileIsFetchedAgainAndNothingIsMissing) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 10}, numbered_media(14, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  const std::string config = write_config(folder.path(), "min_free: 1MB");
  Faults faults(folder.path(), "write", "/segments/", GetParam());
  ProgramRun run(folder.path(), {"run", "--config", config});
  faults.leave();
  EXPECT_TRUE(
      wait_for([&] { return SteadyTime(std::chrono::steady_clock::now()) > live.first_listed_at(4); }));
  faults.begin();
  std::this_thread::sleep_for(seconds(4));
  faults.end();
  finish(live, folder.path(), "someone");
  run.signal(SIGTERM);
  const Output ended = run.wait(seconds(20));
  EXPECT_EQ(ended.exit_code, 143) << ended.err;
  EXPECT_EQ(frames_in(files_in(folder / "recordings", ".mp4")), counting(0, 14 * 25)) << ended.err;
  EXPECT_TRUE(gaps_of(folder.path()).empty());
  EXPECT_GE(times_in(faults.log(), " " + std::to_string(GetParam()) + "\n"), 1U) << "the fault never struck";
}

INSTANTIATE_TEST_SUITE_P(Errors, RefusingDisk, testing::Values(ENOSPC, EDQUOT, EROFS),
                         [](const testing::TestParamInfo<int>& which) {
                           return which.param == ENOSPC   ? "NoSpace"
                                  : which.param == EDQUOT ? "Quota"
                                                          : "ReadOnly";
                         });

class LyingDisk : public Disks, public testing::WithParamInterface<const char*> {};

// After a failed sync the kernel may drop the pages and call the next try a success.
TEST_P(LyingDisk, C75_ASyncThatFailsIsNeverTriedAgainAndTheBytesAreFetchedAnew) {
  sim::LiveStream live(twitch.origin(), {.prefix = "/live/someone/1", .window = 10}, numbered_media(12, 1));
  twitch.set_live("someone", "77", "A title", "Chess", live.playlist_url());
  const std::string config = write_config(folder.path(), "min_free: 1MB");
  Faults faults(folder.path(), "sync", GetParam(), EIO);
  ProgramRun run(folder.path(), {"run", "--config", config});
  faults.leave();
  EXPECT_TRUE(
      wait_for([&] { return SteadyTime(std::chrono::steady_clock::now()) > live.first_listed_at(4); }));
  faults.begin("once");
  EXPECT_TRUE(wait_for([&] { return faults.over(); })) << "the fault never struck";
  finish(live, folder.path(), "someone");
  run.signal(SIGTERM);
  const Output ended = run.wait(seconds(20));
  EXPECT_EQ(frames_in(files_in(folder / "recordings", ".mp4")), counting(0, 12 * 25)) << ended.err;
  EXPECT_TRUE(gaps_of(folder.path()).empty());
  std::istringstream log(faults.log());
  std::string line;
  bool failed = false;
  while (std::getline(log, line)) {
    if (failed && line.find(GetParam()) != std::string::npos) {
      EXPECT_TRUE(line.starts_with("write ") || line.starts_with("cut "))
          << "synced again with the same bytes: " << line;
      break;
    }
    failed = failed || line.ends_with(" 5");
  }
  EXPECT_TRUE(failed);
}

INSTANTIATE_TEST_SUITE_P(Files, LyingDisk, testing::Values("media.bin", "index.bin"),
                         [](const testing::TestParamInfo<const char*>& which) {
                           return std::string(which.param, std::string_view(which.param).find('.'));
                         });

}  // namespace
}  // namespace rec
