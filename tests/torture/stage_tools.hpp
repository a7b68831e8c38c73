// What the stages of all commands do alike: encode media, look for files that were left.
#pragma once
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/origin/live_stream.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::torture {

/// Throws where it cannot be made.
inline std::vector<sim::LiveSegment> encoded_media(const sim::StreamOptions& options) {
  auto made = sim::make_stream(options);
  if (!made) throw std::runtime_error(made.error().text);
  std::vector<sim::LiveSegment> media;
  for (auto& segment : *made)
    media.push_back(
        {{}, segment.duration, false, std::make_shared<const std::string>(std::move(segment.bytes))});
  return media;
}

inline bool holds_files(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored))
    if (entry.is_regular_file()) return true;
  return false;
}

}  // namespace rec::torture
