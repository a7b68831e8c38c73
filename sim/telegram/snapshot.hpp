// What a channel holds, as the facade shows it, and checksums of what was uploaded.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sim/telegram/telegram_server.hpp"
#include "sim/telegram/world.hpp"

namespace rec::sim {

/// Without checksums; forwarded_from is a channel id still.
std::vector<PostSnapshot> snapshot(const Channel& channel);

/// SHA-256 of files that do not change, each read once. Thread-safe.
class Checksums {
 public:
  /// Hex; "" when the file cannot be read.
  std::string of(const std::filesystem::path& file);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::string> known_;
};

}  // namespace rec::sim
