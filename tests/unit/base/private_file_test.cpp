#include "base/private_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

TEST(PrivateFile, IsReplacedAsAWholeAndReadByItsOwnerAlone) {
  const test::TempFolder folder;
  const std::string path = folder / "data/secret";
  const auto before = umask(0);
  const auto first = write_private_file(path, "one");
  umask(before);
  ASSERT_TRUE(first) << first.error().text;
  ASSERT_TRUE(write_private_file(path, "two"));
  struct stat told{};
  ASSERT_EQ(stat(path.c_str(), &told), 0);
  EXPECT_EQ(told.st_mode & 0777U, 0600U);
  const auto read = read_private_file(path);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ(**read, "two");
}

TEST(PrivateFile, OneThatIsNotThereIsNothing) {
  const test::TempFolder folder;
  const auto read = read_private_file(folder / "none");
  ASSERT_TRUE(read);
  EXPECT_FALSE(*read);
}

TEST(PrivateFile, OneThatCannotBeWrittenLeavesTheOldOne) {
  const test::TempFolder folder;
  ASSERT_TRUE(write_private_file(folder / "a", "old"));
  ASSERT_EQ(mkdir((folder / "a.new").c_str(), 0700), 0);  // in the way
  const auto failed = write_private_file(folder / "a", "new");
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().text.find("a.new"), std::string::npos) << failed.error().text;
  EXPECT_EQ(**read_private_file(folder / "a"), "old");
}

}  // namespace
}  // namespace rec
