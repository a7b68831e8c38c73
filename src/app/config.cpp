// Finding, reading and checking a config file.
#include "app/config.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/config_check.hpp"
#include "app/config_fields.hpp"
#include "app/config_yaml.hpp"

namespace rec {
namespace {

Result<std::string> read_config_text(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return fail(Errc::invalid, path + ": is a folder; name the file in it");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(errno_error(errno != 0 ? errno : ENOENT, "read " + path));
  std::string text(kMaxConfigBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

// The line to show for a key that a cross-check names: its own, or the nearest section's above it.
int line_of_key(const Yaml& root, const std::string& key) {
  const Yaml* node = &root;
  int line = 0;
  std::size_t start = 0;
  while (start < key.size()) {
    const std::size_t end = std::min(key.find_first_of(".[", start), key.size());
    const std::string word = key.substr(start, end - start);
    start = end + 1;
    if (node->kind == Yaml::Kind::list) {
      const auto index = static_cast<std::size_t>(std::strtoul(word.c_str(), nullptr, 10));
      if (index >= node->items.size()) return line;
      node = node->items[index].get();
      line = node->line;
      if (start < key.size() && key[start] == '.') ++start;
      continue;
    }
    const auto entry = std::ranges::find(node->entries, word, &Yaml::Entry::key);
    if (entry == node->entries.end()) return line;
    line = entry->line;
    node = entry->value.get();
  }
  return line;
}

// An old file names its state file only: what must survive stays in that folder.
void adopt_old_state_folder(Config& config, const ConfigReader& reader) {
  if (config.state.old_state_file.empty() || reader.seen.contains("state.path")) return;
  config.state.path =
      (std::filesystem::path(config.state.old_state_file).parent_path() / "state.db").string();
}

/// All that can be read. Problems are the reader's.
std::shared_ptr<const Yaml> read_tree(std::string_view source, ConfigReader& reader) {
  YamlMistake mistake;
  if (auto whole = try_yaml(source, mistake)) return whole;
  YamlPieces pieces = yaml_in_pieces(source);
  if (pieces.mistakes.empty()) pieces.mistakes.push_back(std::move(mistake));
  for (const YamlMistake& each : pieces.mistakes) reader.problem(each.line, "", each.what);
  for (const std::string& key : pieces.unread) reader.doubt(key);
  return pieces.root;
}

/// The keys of a list's entries as they stand in the file: those that are wrong are not in the list.
std::string key_in_file(const std::string& key, const ConfigReader& reader) {
  const std::size_t open = key.find('[');
  const std::size_t close = key.find(']', std::min(open, key.size()));
  if (close == std::string::npos) return key;
  const std::string list = key.substr(0, open);
  if (reader.doubts(list + "[any]")) return key;
  std::size_t left = std::strtoul(key.c_str() + open + 1, nullptr, 10);
  std::size_t index = 0;
  const auto at = [&] { return fmt::format("{}[{}]", list, index); };
  for (; left > 0 || reader.doubts(at()); ++index) {
    if (!reader.doubts(at())) --left;
  }
  return at() + key.substr(close + 1);
}

/// What follows from keys together, as far as they could be read.
void check_together(const Config& config, const Yaml& root, ConfigReader& reader) {
  const ConfigFindings findings = check_config(config);
  const ConfigReader read = reader;
  for (const ConfigFinding& each : findings.problems) {
    const std::string key = key_in_file(each.key, read);
    const bool doubtful = read.doubts(key) || std::ranges::any_of(each.follows_from, [&](const auto& other) {
                            return read.doubts(other);
                          });
    if (!doubtful) reader.problem(line_of_key(root, key), key, each.what);
  }
  for (const ConfigFinding& each : findings.warnings)
    reader.warning(line_of_key(root, each.key), each.key, each.what);
}

/// Problems are the reader's.
void fill(Config& config, const Yaml& root, ConfigReader& reader) {
  if (root.kind == Yaml::Kind::map)
    read_fields(config_fields(), config, root, reader, "");
  else if (root.kind != Yaml::Kind::null)
    reader.expected(root, "", "a map of keys, like `language: en`");
  for (const Field<Config>& field : config_fields()) {
    if (field.finish) field.finish(config, reader);
  }
  adopt_old_state_folder(config, reader);
}

}  // namespace

std::string file_stamp(const std::string& path) {
  struct stat info{};
  if (path.empty()) return "none";
  if (::stat(path.c_str(), &info) != 0) return fmt::format("missing {}", errno);
  return fmt::format("{}:{} {} {}.{} {}.{}", info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

Result<LoadedConfig> load_config(const std::string& path) {
  std::string stamp = file_stamp(path);
  REC_TRY(const std::string source, read_config_text(path));
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (error) return fail(errno_error(error.value(), "find the current folder"));

  LoadedConfig loaded;
  loaded.path = absolute.string();
  loaded.stamp = std::move(stamp);
  ConfigReader reader(path, absolute.parent_path().string());
  const auto root = read_tree(source, reader);
  fill(loaded.config, *root, reader);
  check_together(loaded.config, *root, reader);
  if (reader.problem_count() > 0)
    return fail(Errc::invalid, fmt::format("{}", fmt::join(reader.problems(), "\n")));
  loaded.warnings = reader.warnings();
  loaded.origins = std::move(reader.origins);
  loaded.secret_files = std::move(reader.secret_files);
  return loaded;
}

Config config_as_far_as_it_goes(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  const auto source = read_config_text(path);
  const auto root = source ? yaml_as_far_as_it_goes(*source, "state") : std::make_shared<Yaml>();
  ConfigReader reader(path, absolute.parent_path().string());
  Config config;
  fill(config, *root, reader);
  return config;
}

LoadedConfig default_config() {
  std::error_code error;
  const ConfigReader reader("", std::filesystem::current_path(error).string());
  LoadedConfig loaded;
  loaded.stamp = file_stamp("");
  for (const Field<Config>& field : config_fields()) {
    if (field.finish) field.finish(loaded.config, reader);
  }
  return loaded;
}

Result<std::string> find_config_file(const std::string& given) {
  std::error_code ignored;
  if (!given.empty()) {
    if (std::filesystem::exists(given, ignored)) return given;
    return fail(Errc::not_found,
                fmt::format("no config file {}; `streamrecorder config example` prints one", given));
  }
  std::vector<std::string> places{"./config.yaml"};
  const char* xdg = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (xdg != nullptr && *xdg == '/')
    places.push_back(fmt::format("{}/streamrecorder/config.yaml", xdg));
  else if (home != nullptr && *home != '\0')
    places.push_back(fmt::format("{}/.config/streamrecorder/config.yaml", home));
  places.emplace_back("/etc/streamrecorder/config.yaml");
  for (const std::string& place : places) {
    std::error_code error;
    if (std::filesystem::exists(place, error)) return place;
    // The defaults in its stead would be another program: with a store of its own, in the current folder.
    if (error == std::errc::permission_denied)
      return fail(Errc::denied, place + " may not be read by this user; use sudo, or name another --config");
  }
  return fail(Errc::not_found,
              fmt::format("no config file: looked for {}; `streamrecorder config example` prints one",
                          fmt::join(places, ", ")));
}

bool telegram_configured(const Config& config) {
  const bool chat = config.telegram.channel_id || !config.telegram.targets.empty();
  return chat && config.telegram.api_id != 0 && !config.telegram.api_hash.empty();
}

}  // namespace rec
