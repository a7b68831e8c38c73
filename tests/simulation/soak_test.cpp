// Days in minutes: what recordings leave in memory, in descriptors and in the store.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "crash_steps.hpp"
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

constexpr int kChannels = 50;
constexpr int kDays = 3;
constexpr hours kCycle{6};  // of a channel: half an hour on air in six
constexpr int kOnAir = kHour / 2;

void fifty_channels(Program& program) {
  const Instant t = program.now();
  program.settings.channels.clear();
  for (int i = 0; i < kChannels; ++i) {
    const std::string login = "c" + std::to_string(i);
    const ChannelId id("twitch:" + login);
    program.settings.channels.push_back({id, "twitch", login, "https://www.twitch.tv/" + login});
    const auto offset = seconds(std::chrono::seconds(kCycle).count() * i / kChannels);
    for (int n = 0; n * kCycle < hours(24) * kDays; ++n) {
      const std::string name = login + "-" + std::to_string(n);
      program.world.broadcasts.push_back({t + offset + n * kCycle, kOnAir, 0, name, name, id});
    }
  }
  std::ranges::sort(program.world.broadcasts, {}, &Broadcast::begins);
  program.world.sweep_every = seconds(20);
  program.world.window = 12;  // what came since the look before is still on offer
  program.settings.part_limits.duration = std::chrono::minutes(20);
}

struct HourlyLook {
  Program* program = nullptr;
  std::vector<Reading> readings{};
  std::vector<std::uintmax_t> store_bytes{};
};

asio::awaitable<void> look_each_hour(Clock& clock, HourlyLook* look) {
  for (int hour = 1;; ++hour) {
    co_await clock.sleep(hours(1));
    const std::size_t used = mallinfo2().uordblks;
    look->readings.push_back(
        {hour, used - std::min(used, world_bytes(look->program->world)), open_descriptors()});
    std::error_code none;
    look->store_bytes.push_back(std::filesystem::file_size(look->program->folder() / "state.db", none));
  }
}

TEST(Soak, ThreeDaysOfFiftyChannelsLeaveMemoryDescriptorsAndStoreFlat) {
  if (std::getenv("REC_LONG") == nullptr) GTEST_SKIP() << "minutes of a core: with REC_LONG";
  Program program("soak-fifty", Program::StoreIn::file);
  fifty_channels(program);
  HourlyLook look{&program};
  program.person = [&look](App&, Clock& clock) { return look_each_hour(clock, &look); };
  program.run_for(hours(24) * kDays + kCycle + hours(1));
  ASSERT_GE(look.readings.size(), 72U);
  const auto at = [&](int hour) { return look.readings.at(static_cast<std::size_t>(hour) - 1); };
  const auto store_at = [&](int hour) { return look.store_bytes.at(static_cast<std::size_t>(hour) - 1); };
  for (const int hour : {6, 12, 24, 36, 48, 60, 72})
    std::printf("hour %2d: %6zu KB, %td descriptors, store %ju KB\n", hour, at(hour).memory / 1024,
                at(hour).descriptors, store_at(hour) / 1024);
  EXPECT_LE(at(72).descriptors, at(12).descriptors + 2);
  EXPECT_LT(at(72).memory, at(12).memory + (4U << 20U));
  const auto sessions_between = static_cast<std::uintmax_t>(kChannels) * 60 / kCycle.count();
  EXPECT_LT((store_at(72) - store_at(12)) / sessions_between, 8192U) << "bytes that a session leaves";
  EXPECT_EQ(program.sessions_in_memory(), 0U);
  EXPECT_EQ(std::ranges::count(program.posted_media(), '<'),
            static_cast<std::ptrdiff_t>(program.world.broadcasts.size()) * kOnAir);
}

TEST(Soak, C76_ADayAndAHalfLeavesMemoryAndDescriptorsFlat) {
  if (kSanitized && std::getenv("REC_LONG") == nullptr)
    GTEST_SKIP() << "the sanitizer's allocator does not tell what is in use";
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
