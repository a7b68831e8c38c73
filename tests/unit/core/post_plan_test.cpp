// Which parts share a post, and when it is time for it.
#include "core/post_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rec::session {
namespace {

using namespace std::chrono_literals;
constexpr Instant kNoon{Millis(1'800'000'000'000)};
constexpr Policy kEach{};
constexpr Policy kAlbum{.mode = PostMode::album, .album_wait = 1800s};
constexpr Policy kAfterEnd{.mode = PostMode::after_end, .album_wait = 1800s};

// One letter a part: s(ealed) r(eady) p(osted) f(ailed).
Session with_parts(std::string_view letters, Phase phase = Phase::recording) {
  Session session;
  session.phase = phase;
  session.status_posted = true;
  for (const char letter : letters) {
    Part part;
    part.number = static_cast<int>(session.parts.size()) + 1;
    part.state = letter == 's'   ? PartState::sealed
                 : letter == 'r' ? PartState::ready
                 : letter == 'p' ? PartState::posted
                                 : PartState::failed;
    if (letter == 'r') part.ready_at = kNoon;
    session.parts.push_back(part);
  }
  return session;
}

std::string planned(const Session& session, const Policy& policy, Instant now = kNoon) {
  const auto post = next_post(session, policy, now);
  if (!post) return "none";
  return std::to_string(post->first_part) + "-" + std::to_string(post->last_part);
}

TEST(PostPlan, EachPartIsAPostOfItsOwn) {
  EXPECT_EQ(planned(with_parts(""), kEach), "none");
  EXPECT_EQ(planned(with_parts("r"), kEach), "1-1");
  EXPECT_EQ(planned(with_parts("rrr"), kEach), "1-1");
  EXPECT_EQ(planned(with_parts("pfr"), kEach), "3-3");
  EXPECT_EQ(planned(with_parts("pf"), kEach), "none");
}

TEST(PostPlan, AllFilesOfAPartAreInOnePostAndAnAlbumHoldsNoMoreThanTen) {
  Session session = with_parts("rrr");
  session.parts[0].file.further.resize(3);
  session.parts[1].file.further.resize(5);
  EXPECT_EQ(planned(session, kEach), "1-1") << "one part, though four files";
  EXPECT_EQ(planned(session, kAlbum), "1-2") << "ten files: full";
  session.parts[1].file.further.resize(6);
  EXPECT_EQ(planned(session, kAlbum), "1-1") << "the second part would be one too many";
  session.parts[0].file.further.clear();
  session.parts[1].file.further.clear();
  EXPECT_EQ(planned(session, kAlbum), "none") << "it still waits for more";
}

TEST(PostPlan, AReadyPartWaitsForTheOneBeforeIt) {
  EXPECT_EQ(planned(with_parts("sr"), kEach), "none");
  EXPECT_EQ(planned(with_parts("psr"), kEach), "none");
  EXPECT_EQ(planned(with_parts("srrrrrrrrrr"), kAlbum), "none");
  EXPECT_EQ(planned(with_parts("sr", Phase::finishing), kAfterEnd), "none");
}

TEST(PostPlan, NothingGoesOutBeforeTheStatusOrBesideAnotherPost) {
  Session session = with_parts("rr");
  session.status_posted = false;
  EXPECT_EQ(planned(session, kEach), "none");
  session.status_posted = true;
  session.posts = {{.number = 1, .first_part = 1, .last_part = 1, .marker = "#m"}};
  EXPECT_EQ(planned(session, kEach), "none");
  session.parts[0].state = PartState::posted;
  session.posts[0].posted = true;
  const auto second = next_post(session, kEach, kNoon);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->number, 2);
  EXPECT_EQ(second->first_part, 2);
}

TEST(PostPlan, AnAlbumGoesOutWhenItIsFullAndHoldsTenAtMost) {
  EXPECT_EQ(planned(with_parts("rrrrrrrrr"), kAlbum), "none");
  EXPECT_EQ(planned(with_parts("rrrrrrrrrr"), kAlbum), "1-10");
  EXPECT_EQ(planned(with_parts("rrrrrrrrrrrr"), kAlbum), "1-10");
  EXPECT_EQ(planned(with_parts("rrrrrrrrrrs"), kAlbum), "1-10");
  EXPECT_EQ(planned(with_parts("rrrrrfrrrrr"), kAlbum), "1-11") << "one that failed takes no place";
}

TEST(PostPlan, AnAlbumThatDoesNotFillGoesOutWhenItsOldestPartHasWaited) {
  Session session = with_parts("rrs");
  session.parts[1].ready_at = kNoon + 1000s;
  EXPECT_EQ(planned(session, kAlbum, kNoon + 1799s), "none");
  EXPECT_EQ(planned(session, kAlbum, kNoon + 1800s), "1-2");
}

TEST(PostPlan, AtTheEndTheLastAlbumGoesOutAtOnceButNotBeforeItsLastPart) {
  EXPECT_EQ(planned(with_parts("prr", Phase::finishing), kAlbum), "2-3");
  EXPECT_EQ(planned(with_parts("prrf", Phase::finishing), kAlbum), "2-3");
  EXPECT_EQ(planned(with_parts("prrs", Phase::finishing), kAlbum), "none");
  EXPECT_EQ(planned(with_parts("prrs", Phase::finishing), kAlbum, kNoon + 1800s), "2-3");
}

TEST(PostPlan, AfterEndNothingGoesOutWhileItIsRecorded) {
  EXPECT_EQ(planned(with_parts("rrrrrrrrrrrr"), kAfterEnd, kNoon + 24h), "none");
  EXPECT_EQ(planned(with_parts("rrrrrrrrrrrr", Phase::finishing), kAfterEnd), "1-10");
  EXPECT_EQ(planned(with_parts("pppppppppprr", Phase::finishing), kAfterEnd), "11-12");
  EXPECT_EQ(planned(with_parts("rrs", Phase::finishing), kAfterEnd, kNoon + 24h), "none")
      << "it waits for the last part, however long that takes";
}

}  // namespace
}  // namespace rec::session
