// What makes a segment the same under another URL.
#include "capture/segment_identity.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rec::capture {
namespace {

TEST(SegmentIdentity, HostsQueriesAndTokensInThePathDoNotCountTheDirectoryDoes) {
  const auto same = identity_of("https://a.example/live/1/seg3.ts?sig=x");
  EXPECT_EQ(identity_of("http://b.example:81/live/1/seg3.ts"), same);
  EXPECT_EQ(identity_of("https://a.example/hdnts=exp=1~hmac=2/live/1/seg3.ts"), same);
  EXPECT_EQ(identity_of("https://a.example/live/1/seg3.ts;jsessionid=9"), same);
  EXPECT_NE(identity_of("https://a.example/live/2/seg3.ts"), same);
  EXPECT_NE(identity_of("https://a.example/live/1/seg3.ts", ByteRange{0, 10}), same);
}

TEST(SegmentIdentity, AQueryCountsWhenItIsAllThatTellsSegmentsApart) {
  MediaPlaylist playlist;
  for (int i = 0; i < 2; ++i)
    playlist.segments.push_back({fmt::format("https://a.example/get?token={}&n={}", 7 + i, i)});
  const auto identities = identities_of(playlist);
  EXPECT_EQ(identities[0], "/get?n=0");
  EXPECT_EQ(identities[1], "/get?n=1");
}

TEST(SegmentIdentity, LongNamesAreShortenedWithoutLosingTheirStem) {
  const auto one = identity_of("https://e.example/v1/segment/" + std::string(900, 'a') + ".ts");
  const auto two = identity_of("https://e.example/v1/segment/" + std::string(901, 'a') + ".ts");
  EXPECT_LT(one.size(), 100U);
  EXPECT_NE(one, two);
  EXPECT_EQ(identity_stem(one), identity_stem(two));
}

}  // namespace
}  // namespace rec::capture
