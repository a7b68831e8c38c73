// What the media tests share: a folder of their own, runs made of test streams, and looks into finished
// files.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "ports/media_maker.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::media::testing {

class MediaTest : public ::testing::Test {
 protected:
  MediaTest() {
    std::string name = (std::filesystem::temp_directory_path() / "rec_media_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~MediaTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  /// Writes the bytes and makes them a run of one extent.
  MediaRun run_of(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    MediaRun run;
    run.extents.push_back({path(name), 0, bytes.size()});
    return run;
  }

  MediaRun ts_run(const std::string& name, const sim::StreamOptions& options) const {
    const auto segments = sim::make_stream(options);
    if (!segments) throw std::runtime_error(segments.error().text);
    std::string bytes;
    for (const sim::TsSegment& segment : *segments) bytes += segment.bytes;
    return run_of(name, bytes);
  }

  [[nodiscard]] std::vector<std::string> files_with(const std::string& part) const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (name.find(part) != std::string::npos) out.push_back(name);
    }
    return out;
  }

  std::string folder_;
};

inline std::vector<int> count_up(int first, int count) {
  std::vector<int> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), first);
  return out;
}

inline std::vector<int> numbers_in(const std::string& file) {
  auto numbers = sim::read_frame_numbers(file);
  if (!numbers) throw std::runtime_error(numbers.error().text);
  return *std::move(numbers);
}

inline std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The names of an MP4's top boxes, in order.
inline std::vector<std::string> boxes_of(const std::string& file) {
  const std::string bytes = bytes_of(file);
  const auto number = [&](std::size_t at, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i)
      value = value << 8U | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
  };
  std::vector<std::string> out;
  for (std::size_t at = 0; at + 16 <= bytes.size();) {
    std::uint64_t size = number(at, 4);
    out.push_back(bytes.substr(at + 4, 4));
    if (size == 1) size = number(at + 8, 8);
    if (size < 8) break;
    at += size;
  }
  return out;
}

struct PacketAt {
  int stream = 0;
  double pts = 0;  ///< seconds
  double dts = 0;
};
/// Every packet of a file as libav reads it, edit lists applied.
std::vector<PacketAt> packets_of(const std::string& file);
/// The first presentation time of a stream, seconds; video is stream 0 of our files.
double first_pts(const std::vector<PacketAt>& packets, int stream);

/// Copies the streams of a file into another container, chosen by the name; index at the end.
void copy_to_container(const std::string& from, const std::string& to);

}  // namespace rec::media::testing
