// A config file in a folder of its own, loaded; gone with the object.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/config.hpp"

namespace rec::config_testing {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "config-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }

  Result<LoadedConfig> load(const std::string& yaml) const { return load_config(write("config.yaml", yaml)); }

 private:
  std::filesystem::path path_;
};

inline LoadedConfig loaded(const std::string& yaml) {
  const Folder folder;
  auto result = folder.load(yaml);
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().text);
  return result ? *std::move(result) : LoadedConfig{};
}

/// The message, without the folder; "" where it loads.
inline std::string problems(const std::string& yaml) {
  const Folder folder;
  const auto result = folder.load(yaml);
  if (result) return "";
  EXPECT_EQ(result.error().code, Errc::invalid);
  std::string text = result.error().text;
  const std::string prefix = folder.at("");
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
    text.erase(at, prefix.size());
  return text;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::string all_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace rec::config_testing
