// A live stream of numbered frames on a loopback origin, for the real program to record.
#pragma once
#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "sim/origin/live_stream.hpp"
#include "sim/stream/frame_stream.hpp"
#include "tests/support/program_run.hpp"

namespace rec::testing_support {

inline std::vector<sim::LiveSegment> numbered_media(int segments, double segment_seconds = 2,
                                                    int first_frame = 0) {
  sim::StreamOptions options;
  options.segments = segments;
  options.segment_seconds = segment_seconds;
  options.first_frame = first_frame;
  std::vector<sim::LiveSegment> live;
  auto made = sim::make_stream(options);
  if (!made) ADD_FAILURE() << made.error().text;
  for (auto& segment : *made) live.push_back({std::move(segment.bytes), segment.duration, false});
  return live;
}

/// Before its first segment a live playlist is not there, as on the real thing.
inline void wait_until_started(const sim::LiveStream& live) {
  while (!live.started()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

/// The numbers of all frames in the files, in the files' order.
inline std::vector<int> frames_in(const std::vector<std::filesystem::path>& files) {
  std::vector<int> frames;
  for (const auto& file : files) {
    auto numbers = sim::read_frame_numbers(file.string());
    if (!numbers) {
      ADD_FAILURE() << numbers.error().text;
      continue;
    }
    frames.insert(frames.end(), numbers->begin(), numbers->end());
  }
  return frames;
}

inline std::vector<int> counting(int from, int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), from);
  return numbers;
}

}  // namespace rec::testing_support
