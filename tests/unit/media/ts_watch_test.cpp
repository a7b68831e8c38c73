// When TsWatch cries, and when it must not.
#include "media_av/ts_watch.hpp"

#include <gtest/gtest.h>

#include "sim/stream/frame_stream.hpp"

namespace rec::media {
namespace {

std::string ts_of(sim::StreamOptions options) {
  options.segments = 1;
  options.segment_seconds = 0.4;
  const auto segments = sim::make_stream(options);
  return segments ? segments->at(0).bytes : "";
}

std::optional<std::uint64_t> moves_at(const std::string& bytes, std::size_t step) {
  TsWatch watch;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::string piece = bytes.substr(at, step);
    if (auto found = watch.feed({reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()}))
      return found;
  }
  return std::nullopt;
}

sim::StreamOptions elsewhere() {
  sim::StreamOptions options;
  options.first_pid = 0x200;
  return options;
}

// The table packet with its CRC: ffmpeg's service description (SDT) comes before the PAT.
std::size_t first_pat(const std::string& bytes) {
  std::size_t at = 0;
  while (bytes[at + 1] != 0x40 || bytes[at + 2] != 0) at += 188;
  return at;
}

TEST(TsWatch, FindsThePatOfTheNewStreamsHoweverTheBytesArrive) {
  const std::string one = ts_of({});
  const std::string two = ts_of(elsewhere());
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{100}, std::size_t{188}, std::size_t{5'000}, std::size_t{1'000'000}}) {
    EXPECT_EQ(moves_at(one + two, step), one.size() + first_pat(two)) << step;
  }
}

TEST(TsWatch, TheSameStreamsAgainAreNoMove) {
  const std::string one = ts_of({});
  EXPECT_EQ(moves_at(one + one + one, 777), std::nullopt);
}

TEST(TsWatch, SoundThatVanishesAndComesBackIsNoMove) {
  sim::StreamOptions mute;
  mute.audio = false;
  EXPECT_EQ(moves_at(ts_of({}) + ts_of(mute) + ts_of({}), 777), std::nullopt);
}

TEST(TsWatch, ATableThatIsDamagedIsNotBelieved) {
  const std::string one = ts_of({});
  std::string two = ts_of(elsewhere());
  for (std::size_t at = 0; at < two.size(); at += 188) {
    const bool table = two[at + 1] == 0x50 && two[at + 2] == 0;  // PMT, payload begins
    if (table) two[at + 20] = static_cast<char>(two[at + 20] ^ 1);
  }
  EXPECT_EQ(moves_at(one + two, 777), std::nullopt);
}

TEST(TsWatch, DamageBeforeTheMoveIsSteppedOver) {
  const std::string one = ts_of({});
  const std::string two = ts_of(elsewhere());
  const std::string junk(333, 'j');
  EXPECT_EQ(moves_at(one + junk + two, 777), one.size() + junk.size() + first_pat(two));
}

TEST(TsWatch, AnythingElsePasses) {
  EXPECT_EQ(moves_at(std::string(10'000, 'x') + ts_of({}) + ts_of(elsewhere()), 777), std::nullopt);
  EXPECT_EQ(moves_at("", 1), std::nullopt);
}

}  // namespace
}  // namespace rec::media
