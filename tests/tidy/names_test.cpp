// A name stands for one type in the whole program: two of one name are one to the linker, which takes
// either's constructors for both.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

struct TypeDefined {
  std::string name;  // with its namespaces
  std::size_t line;
};

// The types that a file defines at the beginning of a line, but in no anonymous namespace.
std::vector<TypeDefined> types_in(const SourceFile& file) {
  static const std::regex opens(R"(^namespace ?([\w:]*) ?\{)");
  static const std::regex type(
      R"(^(?:struct|class|enum class|enum|union) (?:\[\[\w+\]\] )?(\w+)\b(?!;|<|::))");
  std::vector<TypeDefined> found;
  std::vector<std::string> within;
  std::istringstream code(file.code);
  std::istringstream text(file.text);
  std::size_t number = 0;
  for (std::string line, told; std::getline(code, line) && std::getline(text, told);) {
    ++number;
    std::smatch match;
    if (std::regex_search(line, match, opens)) {
      within.push_back(match[1].str());
    } else if (told.starts_with("}  // namespace") && !within.empty()) {
      within.pop_back();
    } else if (std::regex_search(line, match, type) && !std::ranges::count(within, "")) {
      std::string name;
      for (const std::string& one : within) name += one + "::";
      found.push_back({name + match[1].str(), number});
    }
  }
  return found;
}

std::vector<Finding> defined_twice(const std::vector<SourceFile>& files) {
  std::map<std::string, std::string> places;
  std::vector<Finding> findings;
  for (const SourceFile& file : files) {
    if (!file.is_cpp() || !(file.in("src") || file.in("sim"))) continue;
    for (const TypeDefined& type : types_in(file)) {
      const auto [known, is_new] = places.emplace(type.name, file.path);
      if (is_new) continue;
      findings.push_back({file.path, type.line,
                          type.name + " is also a type of " + known->second +
                              ": rename one, or put it into the anonymous namespace"});
    }
  }
  return findings;
}

TEST(Names, TypesAreFoundWithTheirNamespaces) {
  const auto found = types_in(make_file("src/a/a.hpp",
                                        "namespace rec {\nstruct Early;\nnamespace {\nstruct Own {};\n"
                                        "}  // namespace\nclass Shown final : public X {\n};\n"
                                        "enum class Word { a, b };\n}  // namespace rec\n"
                                        "namespace rec::b {\nstruct Other {\n};\n}  // namespace rec::b\n"
                                        "template <>\nstruct std::hash<int> {};\n"));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "rec::Shown");
  EXPECT_EQ(found[0].line, 6u);
  EXPECT_EQ(found[1].name, "rec::Word");
  EXPECT_EQ(found[2].name, "rec::b::Other");
}

TEST(Names, TwoTypesOfOneNameInTwoRoomsAreFound) {
  const auto of = [](const char* path, const char* type) {
    return make_file(path, std::string("namespace rec {\nstruct ") + type + " {};\n}  // namespace rec\n");
  };
  EXPECT_EQ(defined_twice({of("src/app/a.hpp", "News"), of("src/watch/b.hpp", "News")}).size(), 1u);
  EXPECT_EQ(defined_twice({of("src/app/a.hpp", "News"), of("src/watch/b.hpp", "Old")}).size(), 0u);
}

TEST(Names, ATypesNameIsUsedOnce) { expect_none(defined_twice(every_file())); }

}  // namespace
}  // namespace rec::tidy
