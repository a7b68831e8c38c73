// The real program posts existing files through the real TDLib: each once, whatever is killed, and none of
// them is touched.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include <boost/json/parse.hpp>

#include "live_page.hpp"
#include "media_av/sha256.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "twitch_config.hpp"
#include "within.hpp"

namespace rec {
namespace {

namespace json = boost::json;

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::counting;
using testing_support::frames_in;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::within;

class PostFiles : public testing::Test {
 protected:
  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({});
    twitch.add_channel("someone");
    write_config(testing_support::kBotToken);
  }
  void write_config(const std::string& token) const {
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\ntelegram:\n  channel_id: " << chat << "\n"
        << testing_support::way_as_bot(*telegram, token)
        << "twitch:\n  channels: [someone]\n  check_interval: 1\n"
        << "splitting: {default_size_gb: 600KB}\nrecording: {min_free: 1MB}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
  }
  /// A file of numbered frames; 600 KB hold eight seconds or so.
  [[nodiscard]] std::string file(const std::string& name, int segments, int first_frame) const {
    std::ofstream out(folder / name, std::ios::binary);
    for (const auto& segment : testing_support::numbered_media(segments, 2, first_frame))
      out << segment.bytes;
    return (folder / name).string();
  }
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& files,
                                                 const std::string& title) const {
    std::vector<std::string> words{"post",    "--config", (folder / "config.yaml").string(),
                                   "--title", title,      "--json"};
    words.insert(words.end(), files.begin(), files.end());
    return words;
  }
  [[nodiscard]] Output post(const std::vector<std::string>& files, const std::string& title) const {
    return run_program(folder.path(), command(files, title), seconds(180));
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> videos() const {
    return testing_support::videos_in(*telegram, chat);
  }
  [[nodiscard]] std::vector<int> posted_frames() const {
    return testing_support::posted_frames_in(*telegram, chat);
  }
  [[nodiscard]] bool nothing_left() const {
    const bool links =
        std::filesystem::exists(folder / "data/posts") && !std::filesystem::is_empty(folder / "data/posts");
    return !links && testing_support::files_in(folder / "data", ".mp4").empty() &&
           (!std::filesystem::exists(folder / "recordings") ||
            testing_support::files_in(folder / "recordings", ".mp4").empty());
  }
};

TEST_F(PostFiles, ASmallFileIsPostedOnceWithItsTitleAndStaysWhereItWas) {
  const std::string small = file("holiday film.ts", 3, 0);
  const auto before = media::sha256_of(small);
  const auto time = std::filesystem::last_write_time(small);
  const Output first = post({small}, "Our [holiday] 100 %");
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const json::object told = json::parse(first.out).as_object();
  EXPECT_EQ(told.at("status"), "done");
  EXPECT_EQ(told.at("title"), "Our [holiday] 100 %");
  EXPECT_TRUE(told.at("new").as_bool());
  ASSERT_EQ(told.at("parts").as_array().size(), 1U);
  EXPECT_EQ(told.at("parts").at(0).at("state"), "posted");
  ASSERT_EQ(videos().size(), 1U);
  EXPECT_EQ(posted_frames(), counting(0, 150));
  EXPECT_NE(videos()[0].text.find("Our [holiday] 100 %"), std::string::npos) << videos()[0].text;
  EXPECT_TRUE(videos()[0].file[0].supports_streaming);
  EXPECT_TRUE(videos()[0].file[0].has_thumbnail);
  EXPECT_EQ(videos()[0].file[0].width, 320);
  EXPECT_TRUE(videos()[0].file[0].name.starts_with("holiday film")) << videos()[0].file[0].name;
  EXPECT_EQ(media::sha256_of(small)->sha256, before->sha256);
  EXPECT_EQ(std::filesystem::last_write_time(small), time);
  EXPECT_TRUE(nothing_left());
  const std::size_t messages = telegram->posts(chat).size();
  const Output again = post({small}, "Our [holiday] 100 %");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_FALSE(json::parse(again.out).at("new").as_bool());
  EXPECT_EQ(telegram->posts(chat).size(), messages) << "nothing is posted twice";
}

TEST_F(PostFiles, FilesLargerThanTheLimitAreCutAndOnceAllThereHoweverOftenItIsKilled) {
  const std::vector<std::string> files{file("first.ts", 10, 0), file("second.ts", 8, 500)};
  telegram->delay_replies("upload.saveFilePart", milliseconds(150));
  std::size_t seen = 0;
  for (int kills = 0; kills < 2; ++kills) {
    ProgramRun program(folder.path(), command(files, "Long"));
    EXPECT_TRUE(within(seconds(120), [&] { return videos().size() > seen; }));
    program.signal(SIGKILL);
    program.wait();
    seen = videos().size();
  }
  telegram->clear_faults();
  const Output last = post(files, "Long");
  ASSERT_EQ(last.exit_code, 0) << last.err;
  EXPECT_GT(videos().size(), 3U);
  EXPECT_EQ(json::parse(last.out).at("parts").as_array().size(), videos().size());
  for (const auto& one : videos()) EXPECT_LE(one.file[0].size, 600'000U);
  EXPECT_EQ(posted_frames(), counting(0, 900)) << "every frame once and in order";
  EXPECT_TRUE(nothing_left());
}

TEST_F(PostFiles, APartThatTelegramRefusedIsTriedAgainByTheSameCommandAndTheOthersAreNot) {
  const std::vector<std::string> files{file("good.ts", 2, 0), file("odd.ts", 2, 100)};
  telegram->fail_file("002 odd-001.mp4", "VIDEO_CONTENT_TYPE_INVALID");
  const Output first = post(files, "Two");
  EXPECT_EQ(first.exit_code, 3) << first.err;
  EXPECT_EQ(posted_frames(), counting(0, 100));
  telegram->clear_faults();
  const Output again = post(files, "Two");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(posted_frames(), counting(0, 200)) << "each once";
  const std::size_t messages = telegram->posts(chat).size();
  EXPECT_EQ(post(files, "Two").exit_code, 0);
  EXPECT_EQ(telegram->posts(chat).size(), messages);
  EXPECT_TRUE(nothing_left());
}

TEST_F(PostFiles, WhatIsNoVideoIsNamedAndNothingIsPosted) {
  std::ofstream(folder / "letter.mp4") << std::string(20'000, 'x');
  std::ofstream(folder / "empty.mp4").flush();
  const std::string good = file("good.ts", 1, 0);
  const auto expect_refused = [&](const std::string& path) {
    const Output output = post({good, path}, "Mixed");
    EXPECT_EQ(output.exit_code, 1) << path;
    EXPECT_NE(output.err.find(path), std::string::npos) << output.err;
    EXPECT_EQ(std::ranges::count(output.err, '\n'), 1) << output.err;
    EXPECT_EQ(output.out, "");
  };
  expect_refused((folder / "letter.mp4").string());
  expect_refused((folder / "empty.mp4").string());
  expect_refused((folder / "gone.mp4").string());
  expect_refused(folder.path().string());
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));
  EXPECT_TRUE(telegram->posts(chat).empty());
  EXPECT_EQ(run_program(folder.path(), {"post"}).exit_code, 2);
}

TEST_F(PostFiles, BesideADaemonItIsTheDaemonThatPostsAlsoWhenTheCommandIsKilled) {
  ProgramRun daemon(folder.path(), {"run", "--config", (folder / "config.yaml").string()});
  ASSERT_TRUE(within(seconds(60), [&] { return std::filesystem::exists(folder / "data/control.sock"); }));
  TempFolder other;
  const std::string small = file("small.ts", 3, 0);
  const Output output = run_program(other.path(), command({small}, "Beside"), seconds(180));
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(json::parse(output.out).at("parts").at(0).at("state"), "posted");
  EXPECT_EQ(posted_frames(), counting(0, 150));
  telegram->delay_replies("upload.saveFilePart", milliseconds(300));
  const std::string large = file("large.ts", 8, 150);
  {
    ProgramRun killed(other.path(), command({large}, "Beside, killed"));
    EXPECT_TRUE(within(seconds(120), [&] { return videos().size() > 1; }));
    killed.signal(SIGKILL);
    killed.wait();
  }
  const Output again = run_program(other.path(), command({large}, "Beside, killed"), seconds(180));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(posted_frames(), counting(0, 550));
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 143) << "its own work was not disturbed";
  EXPECT_TRUE(nothing_left());
}

TEST_F(PostFiles, WhatWasKilledIsFinishedByTheNextRun) {
  const std::string large = file("large.ts", 8, 0);
  telegram->delay_replies("upload.saveFilePart", milliseconds(300));
  {
    ProgramRun killed(folder.path(), command({large}, "Left"));
    EXPECT_TRUE(within(seconds(120), [&] { return !videos().empty(); }));
    killed.signal(SIGKILL);
    killed.wait();
  }
  telegram->clear_faults();
  ProgramRun daemon(folder.path(), {"run", "--config", (folder / "config.yaml").string()});
  EXPECT_TRUE(within(seconds(120), [&] { return nothing_left(); }));
  daemon.signal(SIGTERM);
  daemon.wait();
  EXPECT_EQ(posted_frames(), counting(0, 400));
}

TEST_F(PostFiles, ATokenThatIsWrongEndsItWithItsCodeAndTheRightOnePosts) {
  write_config("1000:wrong");
  const std::string small = file("small.ts", 2, 0);
  const Output refused = post({small}, "Later");
  EXPECT_EQ(refused.exit_code, 7) << refused.err;
  EXPECT_NE(refused.err.find("same command again"), std::string::npos) << refused.err;
  write_config("1000:secret");
  const Output output = post({small}, "Later");
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(posted_frames(), counting(0, 100));
}

TEST_F(PostFiles, RecordWithToPostsWhenTheStreamIsOverAlsoAfterAKill) {
  sim::Origin origin;
  const sim::LiveStream live(origin, {.prefix = "/live/talk", .window = 20},
                             testing_support::numbered_media(8, 1));
  testing_support::wait_until_started(live);
  const std::vector<std::string> words{"record",   live.playlist_url(),
                                       "--out",    (folder / "out").string(),
                                       "--config", (folder / "config.yaml").string(),
                                       "--to",     "default",
                                       "--json"};
  telegram->delay_replies("messages.sendMedia", milliseconds(1500));
  {
    ProgramRun killed(folder.path(), words);
    EXPECT_TRUE(within(seconds(120), [&] { return !videos().empty(); }));
    killed.signal(SIGKILL);
    killed.wait();
  }
  EXPECT_FALSE(testing_support::files_in(folder / "out", ".json").empty());
  telegram->clear_faults();
  const Output again = run_program(folder.path(), words, seconds(120));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(posted_frames(), counting(0, 200));
  EXPECT_EQ(frames_in(testing_support::files_in(folder / "out", ".mp4")), counting(0, 200))
      << "recorded files stay";
  EXPECT_TRUE(testing_support::files_in(folder / "out", ".json").empty());
  auto elsewhere = command({file("other.ts", 1, 0)}, "Elsewhere");
  elsewhere.insert(elsewhere.end(), {"--to", "nowhere"});
  const Output unknown = run_program(folder.path(), elsewhere);
  EXPECT_EQ(unknown.exit_code, 4);
  EXPECT_NE(unknown.err.find("nowhere"), std::string::npos) << unknown.err;
}

}  // namespace
}  // namespace rec
