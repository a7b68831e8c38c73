// Problems with their lines, ${NAME}, relative paths and secret files.
#include "app/config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

#include "app/config_units.hpp"

namespace rec {
namespace {

constexpr std::size_t kMaxSecretBytes = 64U << 10U;

bool is_env_name(std::string_view name) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::ranges::all_of(name, good);
}

std::string kind_word(const Yaml& node) {
  switch (node.kind) {
    case Yaml::Kind::null:
      return "nothing";
    case Yaml::Kind::list:
      return "a list";
    case Yaml::Kind::map:
      return "a map";
    case Yaml::Kind::scalar:
      break;
  }
  constexpr std::size_t kShown = 60;
  return fmt::format("\"{}{}\"", node.text.substr(0, kShown), node.text.size() > kShown ? "…" : "");
}

/// The names in ${NAME}, in the order of the file, each once.
void collect_variables(const Yaml& node, std::vector<std::string>& names) {
  for (const auto& item : node.items) collect_variables(*item, names);
  for (const Yaml::Entry& entry : node.entries) collect_variables(*entry.value, names);
  for (std::size_t at = node.text.find("${"); at != std::string::npos; at = node.text.find("${", at + 2)) {
    const std::size_t end = node.text.find('}', at);
    const bool literal = at > 0 && node.text[at - 1] == '$';
    if (literal || end == std::string::npos) continue;
    const std::string name = node.text.substr(at + 2, end - at - 2);
    if (is_env_name(name) && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

// A message is a line: what came from the file cannot break it.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < ' ' || c == 0x7F; }, ' ');
  return text;
}

}  // namespace

std::string join_key(const std::string& prefix, const std::string& key) {
  return prefix.empty() ? key : prefix + "." + key;
}

void ConfigReader::note(Notes& notes, int line, const std::string& key, const std::string& what) const {
  const std::string place = line > 0 ? fmt::format("{}:{}: ", file_, line) : fmt::format("{}: ", file_);
  notes.emplace(line > 0 ? line : std::numeric_limits<int>::max(),
                one_line(key.empty() ? place + what : fmt::format("{}{}: {}", place, key, what)));
}

void ConfigReader::problem(int line, const std::string& key, const std::string& what) {
  note(problems_, line, key, what);
  if (!key.empty()) doubt(key);
}

bool ConfigReader::doubts(const std::string& key) const {
  const auto within = [](const std::string& inner, const std::string& outer) {
    return inner.starts_with(outer) &&
           (inner.size() == outer.size() || inner[outer.size()] == '.' || inner[outer.size()] == '[');
  };
  return std::ranges::any_of(
      doubtful_, [&](const std::string& wrong) { return within(key, wrong) || within(wrong, key); });
}

void ConfigReader::warning(int line, const std::string& key, const std::string& what) {
  note(warnings_, line, key, what);
}

void ConfigReader::expected(const Yaml& node, const std::string& key, const std::string& words, bool secret) {
  const std::string got = secret && node.kind == Yaml::Kind::scalar ? "something else" : kind_word(node);
  const bool from_env = node.kind == Yaml::Kind::scalar && node.text.find("${") != std::string::npos;
  problem(node.line, key,
          fmt::format("expected {}, got {}{}", words, got, from_env ? " (see the environment)" : ""));
}

std::vector<std::string> ConfigReader::lines(const Notes& notes) {
  std::vector<std::string> texts;
  for (const auto& [line, text] : notes) texts.push_back(text);
  return texts;
}

std::optional<std::string> ConfigReader::text(const Yaml& node, const std::string& key) {
  std::string result;
  std::string_view rest = node.text;
  for (;;) {
    const std::size_t at = rest.find("${");
    if (at == std::string_view::npos) return result + std::string(rest);
    if (at > 0 && rest[at - 1] == '$') {
      result += rest.substr(0, at - 1);
      result += "${";
      rest.remove_prefix(at + 2);
      continue;
    }
    const std::size_t end = rest.find('}', at);
    const std::string name(rest.substr(at + 2, end == std::string_view::npos ? end : end - at - 2));
    if (end == std::string_view::npos || !is_env_name(name)) {
      problem(node.line, key, "expected ${NAME} of an environment variable; for a literal ${ write $${");
      return std::nullopt;
    }
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      problem(
          node.line, key,
          fmt::format("the environment variable {} is not set; export it, or write the value here", name));
      return std::nullopt;
    }
    result += rest.substr(0, at);
    result += value;
    rest.remove_prefix(end + 1);
  }
}

std::string ConfigReader::escaped(std::string_view literal) {
  std::string result;
  for (const char c : literal) {
    if (c == '{' && result.ends_with('$')) result += '$';
    result += c;
  }
  return result;
}

std::string ConfigReader::resolve(const std::string& path) const {
  if (path.empty()) return path;
  std::filesystem::path result(path);
  const char* home = std::getenv("HOME");
  if (path.starts_with("~/") && home != nullptr) result = std::filesystem::path(home) / path.substr(2);
  return (std::filesystem::path(folder_) / result).lexically_normal().string();
}

std::optional<std::string> ConfigReader::secret_file(const Yaml& node, const std::string& key,
                                                     const std::string& path) {
  const std::string full = resolve(path);
  secret_files.push_back(full);
  std::error_code ignored;
  errno = 0;
  std::ifstream stream(full, std::ios::binary);
  if (!stream || std::filesystem::is_directory(full, ignored)) {
    const std::string reason = !stream && errno != 0 ? std::strerror(errno) : "it is not a file";
    problem(node.line, key,
            fmt::format("cannot read {}: {}; create it for this user, or remove the key", full, reason));
    return std::nullopt;
  }
  std::string contents(kMaxSecretBytes + 1, '\0');
  stream.read(contents.data(), static_cast<std::streamsize>(contents.size()));
  contents.resize(static_cast<std::size_t>(stream.gcount()));
  std::string secret(units::trim(contents));
  if (secret.empty() || contents.size() > kMaxSecretBytes) {
    problem(
        node.line, key,
        fmt::format("{} is {}; put the secret alone into it", full, secret.empty() ? "empty" : "too large"));
    return std::nullopt;
  }
  return secret;
}

void ConfigReader::note_origin(const std::string& key, const Yaml::Entry& entry) {
  ConfigOrigin origin;
  origin.line = entry.line;
  collect_variables(*entry.value, origin.environment);
  origins[key] = std::move(origin);
}

std::vector<const Yaml::Entry*> ConfigReader::entries(const Yaml& map, const std::string& prefix) {
  std::vector<const Yaml::Entry*> unique;
  std::map<std::string, int> first;
  for (const Yaml::Entry& entry : map.entries) {
    const auto [found, fresh] = first.emplace(entry.key, entry.line);
    if (fresh)
      unique.push_back(&entry);
    else
      problem(entry.line, join_key(prefix, entry.key),
              fmt::format("stands twice, first in line {}; keep one", found->second));
  }
  return unique;
}

}  // namespace rec
