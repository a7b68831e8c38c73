// Files of somebody's own, posted or imported: they are linked to, and may lie on a disk that comes and goes.
#include <gtest/gtest.h>

#include <fstream>

#include "app/import_plan.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::size_t kBesideTheMedia = 20'000;  // a file has something besides its media

std::string film(const fs::path& path, const std::string& media) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << std::string(kBesideTheMedia, '.') << media;
  return path.string();
}

/// Posted as `streamrecorder post FILE` does where no daemon runs.
void post(Program& program, std::vector<std::string> files) {
  FilePost wish;
  wish.files = std::move(files);
  wish.title = "A film";
  const auto made = post_at_rest(&program.disk(), program.settings, wish, program.now());
  ASSERT_TRUE(made) << made.error().text;
}

/// A file of picture and one of sound, as yt-dlp left them when the Python program was killed.
void import_two_tracks(Program& program, const std::string& picture, const std::string& sound) {
  OldFile stray;
  stray.path = picture;
  stray.sound = sound;
  stray.channel = "someone";
  stray.written = program.now();
  ImportFacts facts{program.settings, program.now(), program.settings.target.target};
  facts.find = [](const std::string& file) { return file; };
  facts.size = [](const std::string&) { return kBesideTheMedia; };
  facts.written = [now = program.now()](const std::string&) { return now; };
  const ImportedSession imported = import_stray(stray, facts);
  ASSERT_EQ(imported.links.size(), 2U);
  ASSERT_TRUE(lay_links(imported));
  Commit commit;
  commit.sessions = {imported.session};
  for (const auto& effect : imported.effects) commit.effects.emplace_back(imported.session.id, effect);
  ASSERT_TRUE(program.disk().commit(commit));
}

/// The disk is away from the start on, and back after so long.
void comes_back(Program& program, const fs::path& disk, seconds after) {
  const fs::path away = program.folder() / "unmounted";
  fs::rename(disk, away);
  program.person = [disk, away, after](App&, Clock& clock) -> asio::awaitable<void> {
    co_await clock.sleep(after);
    fs::rename(away, disk);
  };
}

TEST(LinkedFiles, AFileWhoseDiskIsAwayForTenSecondsIsPostedWhenItIsBack) {
  Program program("away-post");
  const fs::path disk = program.folder() / "usb";
  post(program, {film(disk / "films" / "film.mkv", "<film/1><film/2>")});
  comes_back(program, disk, seconds(10));
  program.run_for(seconds(8));
  const auto waiting = program.stored();
  ASSERT_EQ(waiting.sessions.size(), 1U);
  EXPECT_EQ(waiting.sessions[0].files.at(0).state, session::FileState::recorded);
  ASSERT_FALSE(waiting.outbox.empty());
  bool told = false;
  for (const OutboxRow& row : waiting.outbox)
    told = told || row.last_error == (disk / "films").string() + " is not there; is its disk mounted?";
  EXPECT_TRUE(told);
  program.run_for(seconds(60));
  EXPECT_EQ(program.posted_media(), "<film/1><film/2>");
  EXPECT_TRUE(program.stored().sessions.empty());
}

TEST(LinkedFiles, AnImportedRecordingOfTwoTracksWaitsForItsDiskAndIsNotDoneWithNothingPosted) {
  Program program("away-import");
  const fs::path disk = program.folder() / "usb";
  import_two_tracks(program, film(disk / "a.f1.mp4", "<a/1><a/2>"), film(disk / "a.f2.m4a", "~"));
  comes_back(program, disk, seconds(10));
  program.run_for(seconds(60));
  EXPECT_EQ(program.posted_media(), "<a/1><a/2>");
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].phase, session::Phase::done);
}

TEST(LinkedFiles, AnImportedRecordingWhoseSoundIsGoneIsReportedAndNotPostedSilent) {
  Program program("lost-sound");
  const fs::path disk = program.folder() / "usb";
  import_two_tracks(program, film(disk / "a.f1.mp4", "<a/1><a/2>"), film(disk / "a.f2.m4a", "~"));
  fs::remove(disk / "a.f2.m4a");
  program.run_for(seconds(60));
  EXPECT_EQ(program.posted_media(), "");
  ASSERT_EQ(program.history().size(), 1U);
  const auto files = program.history()[0].files;
  EXPECT_EQ(files.at(0).state, session::FileState::failed);
  EXPECT_EQ(files.at(0).note, (disk / "a.f2.m4a").string() + ": not there any more");
}

TEST(LinkedFiles, AFileThatWasDeletedIsReportedAndDoesNotWaitForADisk) {
  Program program("lost-post");
  const fs::path file = program.folder() / "usb" / "film.mkv";
  post(program, {film(file, "<film/1>")});
  film(file.parent_path() / "another.mkv", "<another/1>");
  fs::remove(file);
  program.run_for(seconds(60));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].files.at(0).note, file.string() + ": not there any more");
}

TEST(LinkedFiles, AFileWhoseFolderStaysAwayIsReportedWithinHoursAndTheOneBehindItIsPosted) {
  Program program("away-for-good");
  const fs::path gone = program.folder() / "usb";
  post(program, {film(gone / "1.mkv", "<one/1>"), film(program.folder() / "2.mkv", "<two/1>")});
  fs::remove_all(gone);
  program.run_for(std::chrono::minutes(50));
  EXPECT_EQ(program.posted_media(), "");
  program.run_for(std::chrono::hours(2));
  EXPECT_EQ(program.posted_media(), "<two/1>");
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].files.at(0).note, (gone / "1.mkv").string() + ": not there any more");
}

TEST(LinkedFiles, AMountPointThatStaysEmptyIsADiskThatIsAwayToo) {
  Program program("away-mount-point");
  const fs::path disk = program.folder() / "usb";
  post(program, {film(disk / "film.mkv", "<film/1>")});
  const fs::path away = program.folder() / "unmounted";
  fs::rename(disk / "film.mkv", away);
  program.person = [disk, away](App&, Clock& clock) -> asio::awaitable<void> {
    co_await clock.sleep(std::chrono::minutes(5));
    fs::rename(away, disk / "film.mkv");
  };
  program.run_for(std::chrono::minutes(10));
  EXPECT_EQ(program.posted_media(), "<film/1>");
}

TEST(LinkedFiles, AFileThatWasEmptiedIsReportedAsWhatItIs) {
  Program program("emptied");
  const fs::path file = program.folder() / "film.mkv";
  post(program, {film(file, "<film/1>")});
  std::ofstream(file).close();
  program.run_for(seconds(60));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].files.at(0).note, file.string() + ": there is nothing in it");
}

TEST(LinkedFiles, ALinkOfSomebodysOwnIntoADiskThatIsAwayIsWaitedForToo) {
  Program program("away-link");
  const fs::path disk = program.folder() / "usb";
  const fs::path own = program.folder() / "film.mkv";
  fs::create_symlink(film(disk / "film.mkv", "<film/1>"), own);
  post(program, {own.string()});
  comes_back(program, disk, seconds(10));
  program.run_for(seconds(60));
  EXPECT_EQ(program.posted_media(), "<film/1>");
}

}  // namespace
}  // namespace rec::simulation
