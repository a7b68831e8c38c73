// `record --to`: parts are on Telegram while the stream still runs, each once, whatever is killed, beside a
// daemon and without one.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "twitch_config.hpp"
#include "within.hpp"

namespace rec {
namespace {

using std::chrono::seconds;
using testing_support::counting;
using testing_support::files_in;
using testing_support::frames_in;
using testing_support::numbered_media;
using testing_support::Output;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;
using testing_support::within;

class RecordTo : public testing::Test {
 protected:
  TempFolder folder;
  TempFolder other;       ///< where commands are typed
  sim::SimTwitch twitch;  ///< a daemon wants something to watch
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;
  sim::Origin origin;
  std::unique_ptr<sim::LiveStream> live;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({});
    twitch.add_channel("someone");
    write_config("");
    ASSERT_NO_FATAL_FAILURE(go_live());
  }
  void write_config(const std::string& of_recording) const {
    std::ofstream(folder / "config.yaml")
        << "telegram:\n  channel_id: " << chat << "\n"
        << testing_support::way_as_bot(*telegram)
        << "twitch: {channels: [someone]}\nrecording: {min_free: 1MB" << of_recording << "}\nendpoints:\n"
        << testing_support::endpoints_of(twitch) << "\nlogging: {file: \"\"}\nweb: {listen: \"\"}\n";
  }
  void go_live() {
    // Another picture size begins another part: 50 frames, then the rest.
    auto segments = numbered_media(2, 1);
    sim::StreamOptions other_size;
    other_size.segments = kRest;
    other_size.segment_seconds = 1;
    other_size.first_frame = 50;
    other_size.width = 256;
    other_size.height = 144;
    auto rest = sim::make_stream(other_size);
    ASSERT_TRUE(rest) << rest.error().text;
    for (auto& segment : *rest) segments.push_back({std::move(segment.bytes), segment.duration, true});
    for (std::size_t i = 3; i < segments.size(); ++i) segments[i].discontinuity = false;
    live = std::make_unique<sim::LiveStream>(
        origin, sim::LiveOptions{.prefix = "/live/talk", .window = kRest + 2}, std::move(segments));
    testing_support::wait_until_started(*live);
  }
  [[nodiscard]] std::vector<std::string> words() const {
    return {"record",
            live->playlist_url(),
            "--out",
            (folder / "out").string(),
            "--to",
            "default",
            "--json",
            "--config",
            (folder / "config.yaml").string()};
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> videos() const {
    return testing_support::videos_in(*telegram, chat);
  }
  [[nodiscard]] std::vector<int> posted_frames() const {
    return testing_support::posted_frames_in(*telegram, chat);
  }
  [[nodiscard]] std::vector<std::string> statuses() const {
    std::vector<std::string> texts;
    for (const auto& one : telegram->posts(chat)) {
      if (one.file.empty() && !one.deleted) texts.push_back(one.text);
    }
    return texts;
  }
  void expect_all_once(std::size_t sessions) const {
    const auto recorded = frames_in(files_in(folder / "out", ".mp4"));
    EXPECT_GT(recorded.size(), 50U);
    EXPECT_EQ(recorded, counting(0, static_cast<int>(recorded.size()))) << "files stay";
    EXPECT_EQ(posted_frames(), recorded) << "every frame once and in order";
    EXPECT_EQ(statuses().size(), sessions);
    for (const auto& text : statuses()) EXPECT_TRUE(text.starts_with("✅ Done")) << text;
    EXPECT_TRUE(files_in(folder / "out", ".json").empty());
  }

  static constexpr int kRest = 120;
};

TEST_F(RecordTo, APartIsPostedWhileTheStreamRunsAndAKilledCommandDoublesNothing) {
  write_config(", keep: {posted_for: 1h}");  // nobody waits for that
  {
    ProgramRun killed(other.path(), words());
    EXPECT_TRUE(within(seconds(120), [&] { return !videos().empty(); }));
    EXPECT_TRUE(within(seconds(60), [&] { return statuses()[0].find("Published: 1") != std::string::npos; }));
    EXPECT_FALSE(live->ended()) << "the stream was over first: this says nothing";
    killed.signal(SIGKILL);
    killed.wait();
  }
  EXPECT_EQ(posted_frames(), counting(0, 50));
  ASSERT_EQ(statuses().size(), 1U);
  EXPECT_TRUE(statuses()[0].starts_with("🔴 Recording")) << statuses()[0];
  live->end_now();
  const Output again = run_program(other.path(), words(), seconds(180));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_all_once(1);
  EXPECT_NE(videos()[0].text.find("1/2"), std::string::npos) << videos()[0].text;
}

TEST_F(RecordTo, BesideADaemonItIsTheDaemonThatPosts) {
  ProgramRun daemon(folder.path(), {"run", "--config", (folder / "config.yaml").string()});
  ASSERT_TRUE(within(seconds(60), [&] { return std::filesystem::exists(folder / "data/control.sock"); }));
  ProgramRun recording(other.path(), words());
  EXPECT_TRUE(within(seconds(120), [&] { return !videos().empty(); }));
  EXPECT_FALSE(live->ended()) << "the stream was over first: this says nothing";
  live->end_now();
  const Output ended = recording.wait(seconds(180));
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  expect_all_once(1);
  EXPECT_TRUE(files_in(folder / "recordings", ".mp4").empty()) << "what was posted went";
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 143);
}

}  // namespace
}  // namespace rec
