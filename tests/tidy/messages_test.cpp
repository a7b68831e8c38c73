// docs/messages.md against the source: every warning and error, incident, finding, problem and exit code has
// a line there, and no line is about what is not there any more.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

using Words = std::map<std::string, std::string>;  // and where each was found

const std::string& text_of(const std::string& path) {
  static const std::string kNothing;
  const auto found = std::ranges::find(every_file(), path, &SourceFile::path);
  if (found == every_file().end()) ADD_FAILURE() << path << " is not there";
  return found == every_file().end() ? kNothing : found->text;
}

/// What the first group of `pattern` is in the files of `folder`, or that file, which hold `word`.
Words found_in(const std::string& folder, const char* word, const char* pattern) {
  const std::regex expression(pattern);
  Words words;
  for (const SourceFile& file : every_file()) {
    if (!file.is_cpp() || !(file.in(folder) || file.path == folder)) continue;
    if (file.text.find(word) == std::string::npos) continue;
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), expression), end; it != end; ++it)
      words.try_emplace(
          (*it)[1],
          file.path + ":" + std::to_string(line_of(file.text, static_cast<std::size_t>(it->position()))));
  }
  return words;
}

/// The words in backticks of the first column, below headings that begin like that.
std::set<std::string> told_below(const std::string& heading) {
  static const std::regex word("`([^`]+)`");
  std::set<std::string> words;
  std::istringstream text(text_of("docs/messages.md"));
  std::string line;
  bool below = false;
  while (std::getline(text, line)) {
    if (line.starts_with("## ")) below = line.starts_with("## " + heading);
    if (!below || !line.starts_with("| ")) continue;
    const std::string cell = line.substr(0, line.find('|', 1));
    for (std::sregex_iterator it(cell.begin(), cell.end(), word), end; it != end; ++it)
      words.insert((*it)[1]);
  }
  return words;
}

void expect_told(const Words& in_source, const std::set<std::string>& told, const std::string& heading) {
  EXPECT_FALSE(in_source.empty()) << heading;
  for (const auto& [name, where] : in_source) {
    EXPECT_TRUE(told.contains(name)) << where << ": `" << name << "` has no line below \"## " << heading
                                     << "\" in docs/messages.md: say what it means, and what to do";
  }
}

/// Of each heading the first columns of its table, as far as they are words of the program.
std::vector<std::vector<std::string>> tables_of(const std::string& path) {
  static const std::regex word("`([^`]+)`");
  std::vector<std::vector<std::string>> tables;
  std::istringstream text(text_of(path));
  std::string line;
  while (std::getline(text, line)) {
    if (line.starts_with("## ")) tables.emplace_back();
    if (tables.empty() || !line.starts_with("| ")) continue;
    std::string cell = line.substr(0, line.find('|', 1));
    std::string words;
    for (std::sregex_iterator it(cell.begin(), cell.end(), word), end; it != end; ++it)
      words += (*it)[1].str() + " ";
    tables.back().push_back(words);
  }
  return tables;
}

TEST(Messages, TheRussianPageExplainsTheSame) {
  EXPECT_EQ(tables_of("docs/messages.ru.md"), tables_of("docs/messages.md"));
}

TEST(Messages, EachWarningAndErrorOfTheLogIsExplained) {
  Words events = found_in("src", "log::", R"rx(log::(?:warn|error)\(\s*"([^"]+)")rx");
  // Told by an object that knows its name, and that of its end.
  events.merge(found_in("src/capture", "Incident ", R"rx(Incident \w+\{"([^"]+)")rx"));
  EXPECT_GT(events.size(), 80U);
  for (const SourceFile& file : every_file()) {
    if (!file.in("src") || file.path == "src/capture/incident.hpp") continue;
    if (file.code.find("log::") == std::string::npos) continue;
    EXPECT_FALSE(std::regex_search(file.code, std::regex(R"rx(log::(warn|error)\(\s*[a-z_A-Z])rx")))
        << file.path << ": the event is no literal, so it cannot be told here";
  }
  expect_told(events, told_below("The log: "), "The log: …");
}

TEST(Messages, EachIncidentIsExplained) {
  Words kinds = found_in("src/app/conditions.cpp", "add(", R"rx(\badd\("([^"]+)")rx");
  kinds.merge(found_in("src/app/herald.cpp", "program.", R"rx("(program\.[a-z_]+)")rx"));
  for (const char* finding : {"cookies", "clock", "ytdlp", "ffmpeg", "media"})
    kinds.emplace(finding, "doctor");
  expect_told(kinds, told_below("Incidents"), "Incidents");
}

TEST(Messages, EachCheckOfDoctorIsExplained) {
  Words checks = found_in("src", "Finding", R"rx(Finding\{\s*"([a-z]+)")rx");
  for (const char* pattern : {R"rx(\{\s*"([a-z]+)",\s*(?:needed \? )?(?:Finding::)?Level::)rx",
                              R"rx(\{"([a-z]+)", Finding)rx", R"rx(kCheck = "([a-z]+)")rx"})
    checks.merge(found_in("src", "Finding", pattern));
  expect_told(checks, told_below("What doctor finds"), "What doctor finds");
}

TEST(Messages, EachProblemOfTheDashboardIsExplained) {
  const Words codes = found_in("src/app/overview.cpp", "problem_of",
                               R"rx(problem_of\(\s*\{?[^;]*?"(?:error|warning)",\s*"([a-z_]+)",)rx");
  expect_told(codes, told_below("What the dashboard asks"), "What the dashboard asks you to do");
}

TEST(Messages, EachExitCodeIsExplained) {
  const std::string& document = text_of("docs/messages.md");
  for (const auto& [code, where] : found_in("src/cli/exit_codes.hpp", "enum", R"rx(k\w+ = (\d+),)rx")) {
    EXPECT_TRUE(std::regex_search(document, std::regex("\n\\| [^|]*\\b" + code + "\\b[^|]*\\|")))
        << where << ": " << code << " is not in docs/messages.md";
  }
}

}  // namespace
}  // namespace rec::tidy
