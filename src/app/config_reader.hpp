// What reading a config file carries along: its place, what is wrong in it, and what ${NAME} stands for.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_origin.hpp"
#include "app/config_yaml.hpp"

namespace rec {

class ConfigReader {
 public:
  /// `file` as messages name it; `folder`, absolute, is where relative paths start.
  ConfigReader(std::string file, std::string folder) : file_(std::move(file)), folder_(std::move(folder)) {}

  /// `what` says what is wrong and, after a semicolon, the cure. `line` 0: of no one line.
  void problem(int line, const std::string& key, const std::string& what);
  void warning(int line, const std::string& key, const std::string& what);
  /// Nothing is known of the key: what follows from its value is no finding.
  void doubt(const std::string& key) { doubtful_.insert(key); }
  /// Is it, or anything above it or below it, wrong or doubtful?
  [[nodiscard]] bool doubts(const std::string& key) const;
  /// "expected <words>, got <the value as it stands in the file>".
  void expected(const Yaml& node, const std::string& key, const std::string& words, bool secret = false);

  /// The scalar with every ${NAME} replaced by the environment ("$${" stands for "${"); nothing after a
  /// problem.
  std::optional<std::string> text(const Yaml& node, const std::string& key);
  /// What text() gives back unchanged.
  static std::string escaped(std::string_view literal);
  /// The path, absolute: relative ones start at the file's folder, ~/ at the home folder. "" stays "".
  [[nodiscard]] std::string resolve(const std::string& path) const;
  /// The trimmed contents of a secret's file (64 KiB at most); nothing after a problem.
  std::optional<std::string> secret_file(const Yaml& node, const std::string& key, const std::string& path);
  /// The map's entries, each key once: a second one is a problem.
  std::vector<const Yaml::Entry*> entries(const Yaml& map, const std::string& prefix);

  /// Full keys that the file sets.
  std::set<std::string> seen;
  /// Where each key stands that the file names, empty ones too.
  std::map<std::string, ConfigOrigin> origins;
  /// Files that secrets were to be read from.
  std::vector<std::string> secret_files;
  void note_origin(const std::string& key, const Yaml::Entry& entry);

  [[nodiscard]] std::size_t problem_count() const { return problems_.size(); }
  /// One line each, in the order of the file.
  [[nodiscard]] std::vector<std::string> problems() const { return lines(problems_); }
  [[nodiscard]] std::vector<std::string> warnings() const { return lines(warnings_); }

 private:
  using Notes = std::multimap<int, std::string>;  // by line; those of no one line at the end
  static std::vector<std::string> lines(const Notes& notes);
  void note(Notes& notes, int line, const std::string& key, const std::string& what) const;

  std::string file_;
  std::string folder_;
  std::set<std::string> doubtful_;
  Notes problems_;
  Notes warnings_;
};

/// "telegram.targets" + "main" = "telegram.targets.main"
std::string join_key(const std::string& prefix, const std::string& key);

}  // namespace rec
