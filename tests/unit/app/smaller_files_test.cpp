#include "app/smaller_files.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

session::Part part_with_files(const std::vector<std::string>& paths) {
  session::Part part;
  part.file.path = paths.front();
  for (std::size_t i = 1; i < paths.size(); ++i) part.file.further.emplace_back().path = paths[i];
  return part;
}

using Paths = std::vector<std::string>;

TEST(SmallerFiles, PiecesAreCalledAfterTheFileTheyWereCutFrom) {
  EXPECT_EQ(stem_of_smaller("/out/a show part002.mp4"), "a show part002-small");
  const auto pieces =
      part_with_files({"/out/a show part002-small-001.mp4", "/out/a show part002-small-012.mp4",
                       "/out/a show part002_2.mp4", "/out/a show part002_3-small-001.mp4"});
  EXPECT_EQ(wholes_of(pieces),
            (Paths{"/out/a show part002.mp4", "/out/a show part002_2.mp4", "/out/a show part002_3.mp4"}));
}

TEST(SmallerFiles, AFileThatWasNeverCutIsItself) {
  for (const char* path : {"/out/a-small.mp4", "/out/a-small-.mp4", "/out/a small-001.mp4", "/out/a-001.mp4",
                           "/out-small-001/a.mp4", "/out/001.mp4", "part"})
    EXPECT_EQ(wholes_of(part_with_files({path})), Paths{path});
}

TEST(SmallerFiles, OneThatWasCutFromAFileInTheFirstPlaceSaysSo) {
  auto part = part_with_files({"/out/take-001-small-001.mp4", "/out/take-001-small-002.mp4"});
  part.whole = "/out/take-001.mp4";
  EXPECT_EQ(wholes_of(part), Paths{"/out/take-001.mp4"});
}

}  // namespace
}  // namespace rec
