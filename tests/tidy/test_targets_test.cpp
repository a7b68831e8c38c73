// A test that is in no target never fails: every one must be where tests/CMakeLists.txt looks.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

// The folders of every rec_tests call, with the variable of the foreach around it put in.
std::set<std::string> folders_with_targets(const std::string& cmake) {
  static const std::regex command(R"((foreach|endforeach|rec_tests)\s*\(([^)]*)\))");
  const std::string text = std::regex_replace(cmake, std::regex("#[^\n]*"), "");
  std::set<std::string> folders;
  std::string variable;
  std::vector<std::string> values{""};
  for (std::sregex_iterator it(text.begin(), text.end(), command), end; it != end; ++it) {
    std::istringstream words((*it)[2].str());
    const std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
    if ((*it)[1] == "endforeach") {
      variable.clear();
      values = {""};
    } else if ((*it)[1] == "foreach" && !arguments.empty()) {
      variable = "${" + arguments.front() + "}";
      values.assign(arguments.begin() + 1, arguments.end());
    } else if (arguments.size() >= 2) {
      for (const std::string& value : values) {
        std::string folder = arguments[1];
        const std::size_t at = variable.empty() ? std::string::npos : folder.find(variable);
        if (at != std::string::npos) folder.replace(at, variable.size(), value);
        folders.insert(folder);
      }
    }
  }
  return folders;
}

TEST(TestTargets, FoldersAreReadFromCMakeWithTheirLoops) {
  EXPECT_EQ(folders_with_targets(
                "foreach(room a b)\n rec_tests(unit_${room} unit/${room} LABEL unit)\nendforeach()\n"
                "# rec_tests(no no)\nrec_tests(tidy tidy LABEL tidy)\n"),
            (std::set<std::string>{"unit/a", "unit/b", "tidy"}));
}

TEST(TestTargets, EveryTestFileIsInOne) {
  const auto& files = every_file();
  const auto cmake = std::ranges::find(files, "tests/CMakeLists.txt", &SourceFile::path);
  ASSERT_NE(cmake, files.end());
  const std::set<std::string> folders = folders_with_targets(cmake->text);
  ASSERT_TRUE(folders.contains("tidy"));
  for (const SourceFile& file : files) {
    if (!file.in("tests") || !file.has_extension("_test.cpp")) continue;
    const std::string folder = std::filesystem::path(file.path.substr(6)).parent_path().generic_string();
    EXPECT_TRUE(folders.contains(folder))
        << file.path << ":1: no rec_tests line builds the folder " << folder;
  }
}

TEST(TestTargets, EveryFileWithTestsIsNamedLikeOne) {
  static const std::regex a_test(R"((^|\n)(TEST|TEST_F|TEST_P|RC_GTEST_PROP)\()");
  for (const SourceFile& file : every_file()) {
    if (!file.is_cpp() || !std::regex_search(file.code, a_test)) continue;
    EXPECT_TRUE(file.in("tests") && file.has_extension("_test.cpp"))
        << file.path << ":1: holds tests, so its place is tests/ and its name ends in _test.cpp";
  }
}

}  // namespace
}  // namespace rec::tidy
