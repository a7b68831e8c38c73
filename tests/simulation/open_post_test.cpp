// What somebody else records, and has posted while it goes on (`record --to` beside a daemon).
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

constexpr const char* kRecording = "01a2057e-0282-7000-8f41-ece5c5aeb0c0";
constexpr std::size_t kAside = 20'000;  // a file has something besides its media

std::string media_of_file(int number) {
  const std::string base = "<talk/" + std::to_string(number);
  return base + "0>" + base + "1>" + base + "2>";
}

std::string media_of_files(int count) {
  std::string media;
  for (int number = 1; number <= count; ++number) media += media_of_file(number);
  return media;
}

FilePost first_files(const std::filesystem::path& folder, int count, bool over) {
  FilePost post;
  post.recording = kRecording;
  post.title = "A talk";
  post.channel = "talker";
  post.over = over;
  Gap ads;
  ads.take = 2;
  ads.duration = seconds(4);
  ads.cause = GapCause::ad;
  if (count >= 2) post.gaps = {ads};
  for (int number = 1; number <= count; ++number) {
    post.files.push_back((folder / ("part" + std::to_string(number) + ".mp4")).string());
    std::ofstream(post.files.back(), std::ios::binary) << std::string(kAside, '.') << media_of_file(number);
  }
  return post;
}

/// Every ten seconds it is said what there is: one more file every 40 seconds, four in all.
struct Talk {
  std::filesystem::path folder;
  Instant began;
  bool ends = true;  ///< it says when it is over
  std::optional<Instant> falls_silent{};
  std::optional<Instant> is_back{};
};

asio::awaitable<void> tell_of_the_talk(App& app, Clock& clock, Talk talk) {
  for (;;) {
    co_await clock.sleep(seconds(10));
    const Instant now = clock.now();
    const auto passed = std::chrono::floor<seconds>(now - talk.began).count();
    const int count = std::min(4, 1 + static_cast<int>(passed / 40));
    const bool silent =
        talk.falls_silent && now > *talk.falls_silent && !(talk.is_back && now > *talk.is_back);
    if (silent) continue;
    FilePost post = first_files(talk.folder, count, talk.ends && passed > 150);
    (void)co_await app.post_files(std::move(post));
  }
}

void expect_once(Program& program, int files, std::size_t sessions, int k = -1) {
  EXPECT_EQ(program.posted_media(), media_of_files(files)) << "crash at step " << k;
  std::set<std::string> markers;
  for (const auto& post : program.world.posts) markers.insert(post.marker);
  for (const SentPost& post : program.world.posts) {
    const bool status = post.contents.empty();
    const bool has_gap = status ? &post == &program.world.posts[0] : post.contents[0] == media_of_file(2);
    EXPECT_EQ(post.text.find("⚠️ Missing: 4 s (ads)") != std::string::npos, has_gap) << post.text;
    EXPECT_NE(post.text.find("Channel: talker\n"), std::string::npos) << post.text;
  }
  EXPECT_EQ(markers.size(), program.world.posts.size()) << "a post was made twice; crash at step " << k;
  EXPECT_TRUE(program.stored().sessions.empty()) << "crash at step " << k;
  EXPECT_EQ(program.history().size(), sessions) << "crash at step " << k;
}

TEST(OpenPost, WithACrashAtEveryStepEachFileIsPostedOnceAndAllAreOneSession) {
  int steps = 0;
  for (int k = -1; k < steps; ++k) {
    Program program("open-post");
    const Talk talk{program.folder(), program.now()};
    program.person = [talk](App& app, Clock& clock) { return tell_of_the_talk(app, clock, talk); };
    program.world.fuse = k;
    program.run_until(program.now() + seconds(300), seconds(1));
    expect_once(program, 4, 1, k);
    EXPECT_EQ(program.history().at(0).title, "A talk");
    if (k < 0) steps = program.world.steps;
    if (testing::Test::HasFailure()) return;  // one is enough to read
  }
  EXPECT_GT(steps, 30);
}

TEST(OpenPost, OneThatNobodySpeaksOfAnyMoreIsFinishedAndWhatComesLaterIsPostedByItself) {
  Program program("silent-post");
  Talk talk{program.folder(), program.now()};
  talk.ends = false;
  talk.falls_silent = program.now() + seconds(45);
  program.person = [talk](App& app, Clock& clock) { return tell_of_the_talk(app, clock, talk); };
  program.run_for(seconds(150));
  EXPECT_EQ(program.posted_media(), media_of_files(2));
  EXPECT_EQ(program.stored().sessions.size(), 1U) << "whoever was killed has two minutes to come back";
  program.run_for(seconds(240));
  expect_once(program, 2, 1);
  talk.ends = true;
  talk.is_back = program.now();
  program.person = [talk](App& app, Clock& clock) { return tell_of_the_talk(app, clock, talk); };
  program.run_for(seconds(200));
  expect_once(program, 4, 2);
}

}  // namespace
}  // namespace rec::simulation
