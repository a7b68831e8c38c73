// Files, faults and scripted playlists of the origin.
#include "sim/origin/origin.hpp"

#include <gtest/gtest.h>

#include "client.hpp"

namespace rec::sim {
namespace {

TEST(Origin, ServesWhatWasAddedAndNothingElse) {
  Origin origin;
  origin.add_file("/1.ts", "segment one");
  TestClient client;
  const auto fetched = client.get(origin.url("/1.ts?token=a"));
  EXPECT_EQ(fetched.body, "segment one");
  EXPECT_NE(fetched.head.find("video/mp2t"), std::string::npos);
  EXPECT_EQ(client.get(origin.url("/2.ts")).status, 404);
  origin.remove_file("/1.ts");
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 404);
  EXPECT_EQ(origin.hits("/1.ts"), 2U);
}

TEST(Origin, FailsAsOftenAsItIsToldAndThenServes) {
  Origin origin;
  origin.add_file("/1.ts", "media");
  origin.fail_next("/1.ts", faults::status(404), 2);
  origin.fail_next("/1.ts", faults::status(503));
  TestClient client;
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 404);
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 404);
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 503);
  EXPECT_EQ(client.get(origin.url("/1.ts")).body, "media");
}

TEST(Origin, FailsForEverUntilItIsHealed) {
  Origin origin;
  origin.add_file("/1.ts", "media");
  origin.fail_next("/1.ts", faults::status(500), Origin::kForever, 1);
  TestClient client;
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 200);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.get(origin.url("/1.ts")).status, 500);
  origin.heal("/1.ts");
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 200);
}

TEST(Origin, GivesEachReloadTheNextPlaylistAndKeepsTheLast) {
  Origin origin;
  origin.push_playlist("/live.m3u8", "one");
  origin.push_playlist("/live.m3u8", "two", faults::status(502));
  origin.push_playlist("/live.m3u8", "three");
  TestClient client;
  const auto reload = [&] { return client.get(origin.url("/live.m3u8")); };
  EXPECT_EQ(reload().body, "one");
  EXPECT_EQ(reload().status, 502);
  EXPECT_EQ(reload().body, "three");
  EXPECT_EQ(reload().body, "three");
}

TEST(Origin, AFailedReloadUsesUpNoPlaylist) {
  Origin origin;
  origin.push_playlist("/live.m3u8", "one");
  origin.push_playlist("/live.m3u8", "two");
  origin.fail_next("/live.m3u8", faults::html());
  TestClient client;
  EXPECT_NE(client.get(origin.url("/live.m3u8")).body.find("<html>"), std::string::npos);
  EXPECT_EQ(client.get(origin.url("/live.m3u8")).body, "one");
  EXPECT_EQ(client.get(origin.url("/live.m3u8")).body, "two");
}

TEST(Origin, AsksForACookieItSetItself) {
  Origin origin;
  origin.add_file("/1.ts", "media");
  origin.fail_next("/1.ts", faults::require_header("cookie", "session=7"), Origin::kForever);
  TestClient client;
  EXPECT_EQ(client.get(origin.url("/1.ts")).status, 403);
  EXPECT_EQ(client.get(origin.url("/1.ts"), {"Cookie: a=b; session=7"}).status, 200);
}

TEST(Origin, CombinesFaultsOnOneAnswer) {
  Origin origin;
  origin.add_file("/1.ts", std::string(1'000, 'm'));
  origin.fail_next("/1.ts", faults::all({faults::ignore_range(), faults::cut_chunked(10)}));
  const auto fetched = TestClient().get(origin.url("/1.ts"), {"Range: bytes=500-"});
  EXPECT_EQ(fetched.status, 200);
  EXPECT_EQ(fetched.body.size(), 10U);
  EXPECT_NE(fetched.error, CURLE_OK);
}

TEST(Origin, SendsAClientElsewhere) {
  Origin origin;
  origin.fail_next("/a", faults::redirect(origin.url("/b")));
  const auto fetched = TestClient().get(origin.url("/a"));
  EXPECT_EQ(fetched.status, 302);
  EXPECT_NE(fetched.head.find("Location: " + origin.url("/b")), std::string::npos);
}

}  // namespace
}  // namespace rec::sim
