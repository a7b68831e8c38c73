// A day in half a minute: what a recording of 24 hours and more leaves in memory and in descriptors.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <filesystem>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int kHour = 1800;  // segments

struct Reading {
  int hour = 0;
  std::size_t memory = 0;
  std::ptrdiff_t descriptors = 0;
};

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

/// What the world outside the program has grown to: not the program's.
std::size_t world_bytes(const World& world) {
  std::size_t bytes = 0;
  for (const SentPost& post : world.posts) {
    for (const std::string& content : post.contents) bytes += content.capacity();
    bytes += post.text.capacity() + sizeof post;
  }
  for (const auto& [path, content] : world.files) bytes += content.capacity() + path.capacity();
  return bytes;
}

TEST(Soak, C76_ADayAndAHalfLeavesMemoryAndDescriptorsFlat) {
  Program program("soak");
  program.settings.part_limits.duration = hours(2);
  program.settings.session_duration = hours(24);
  program.world.codecs = "avc1:01";
  program.world.broadcasts = {{program.now() + seconds(5), 36 * kHour, 0, "day", "1"}};
  std::vector<Reading> readings;
  program.world.on_segment = [&](int count) {
    if (count % kHour != 0) return;
    const std::size_t used = mallinfo2().uordblks;
    readings.push_back(
        {count / kHour, used - std::min(used, world_bytes(program.world)), open_descriptors()});
  };
  program.run_for(hours(37));
  ASSERT_EQ(readings.size(), 36U);
  const auto at = [&](int hour) { return readings.at(static_cast<std::size_t>(hour) - 1); };
  for (const int hour : {23, 35}) {
    EXPECT_LE(at(hour).descriptors, at(3).descriptors + 2) << "hour " << hour;
    // A hundred bytes a segment would be four megabytes.
    EXPECT_LT(at(hour).memory, at(3).memory + (2U << 20U)) << "hour " << hour;
  }
  ASSERT_EQ(program.history().size(), 2U) << "it went on in a second session";
  EXPECT_EQ(std::ranges::count(program.posted_media(), '<'), 36 * kHour);
  EXPECT_EQ(program.sessions_in_memory(), 0U);
}

}  // namespace
}  // namespace rec::simulation
