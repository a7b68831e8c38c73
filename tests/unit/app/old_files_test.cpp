// Files that the Python program left lying: what they are is told by their names.
#include "app/old_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/old_program.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

TEST(OldFiles, ANameSaysChannelTimeAndTitle) {
  const OldFile file = old_file_of("/t/temp_some_one_2026-01-10_12-30-00_A title_2.ts");
  EXPECT_EQ(file.channel, "some_one");
  EXPECT_EQ(file.title, "A title_2");
  EXPECT_TRUE(file.began);
  EXPECT_EQ(file.kind, OldFileKind::media);
  EXPECT_EQ(old_file_of("/t/temp_@Maker_2026-01-10_12-30-00_x.mp4.part").channel, "@maker");
  EXPECT_FALSE(old_file_of("/t/holiday.mp4").began);
}

TEST(OldFiles, WhatWasMadeOfRecordingsIsNone) {
  for (const char* name : {"x_part001.mp4", "x_compressed.mp4", "upload_x_2026_0123456789.mp4", "x.mp4.ytdl",
                           "x.mp4.part-Frag12", "x.temp.mp4"})
    EXPECT_EQ(old_file_of(std::string("/t/") + name).kind, OldFileKind::work) << name;
}

TEST(OldFiles, PictureAndSoundApartAreOneRecordingAndKnownAndEmptyFilesAreLeftOut) {
  const test::TempFolder dir;
  const test::OldProgramFolder old(dir.path());
  const std::string picture = old.write("temp/temp_a_2026-01-10_12-00-00_t.f299.mp4.part", "picture picture");
  const std::string sound = old.write("temp/temp_a_2026-01-10_12-00-00_t.f140.m4a.part", "sound");
  const std::string known = old.write("recordings/known.ts", "known");
  old.write("recordings/empty.ts", "");
  old.write("recordings/notes.txt", "notes");
  const std::string late = old.write("recordings/b_2026-01-11_12-00-00_t.ts", "late");
  const auto files = old_files_in({old.at("recordings"), old.at("temp"), old.at("nowhere")}, {known});
  ASSERT_EQ(files.size(), 3U);
  std::vector<OldFile> media = files;
  std::erase_if(media, [](const OldFile& file) { return file.kind == OldFileKind::work; });
  ASSERT_EQ(media.size(), 2U);
  EXPECT_EQ(media[0].path, picture);
  EXPECT_EQ(media[0].sound, sound);
  EXPECT_EQ(media[1].path, late);
  EXPECT_EQ(media[1].bytes, 4U);
}

}  // namespace
}  // namespace rec
