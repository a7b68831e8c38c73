// The real program while its clocks are set, leap or stand still: recordings go on, end once, and tell true
// lengths.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <boost/json/parse.hpp>

#include "live_page.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "simulated_telegram.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/json_answer.hpp"
#include "twitch_config.hpp"

namespace rec {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::counting;
using testing_support::numbered_media;
using testing_support::ProgramRun;
using testing_support::run_program;
using testing_support::TempFolder;

/// The two offsets that clock_shim reads, for programs that are started while the object lives.
class SetClocks {
 public:
  explicit SetClocks(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
    EXPECT_EQ(::ftruncate(fd, 2 * sizeof(std::int64_t)), 0);
    offsets_ = static_cast<volatile std::int64_t*>(
        ::mmap(nullptr, 2 * sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    ::close(fd);
    ::setenv("REC_CLOCK", file.c_str(), 1);
    ::setenv("LD_PRELOAD", REC_CLOCK_SHIM, 1);
  }
  ~SetClocks() {
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("REC_CLOCK");
    ::munmap(const_cast<std::int64_t*>(offsets_), 2 * sizeof(std::int64_t));
  }
  SetClocks(const SetClocks&) = delete;
  SetClocks& operator=(const SetClocks&) = delete;
  void wall_is_off(std::chrono::nanoseconds by) { offsets_[0] = by.count(); }
  void monotonic_leapt(std::chrono::nanoseconds by) { offsets_[1] = by.count(); }

 private:
  volatile std::int64_t* offsets_ = nullptr;
};

bool became(const std::function<bool()>& true_now, seconds limit = seconds(120)) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!true_now()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(100));
  }
  return true;
}

class Clocks : public testing::Test {
 protected:
  TempFolder folder;
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;
  std::unique_ptr<sim::LiveStream> live;
  static constexpr int kSegments = 18;

  void SetUp() override {
    telegram = testing_support::simulated_telegram(folder.path());
    ASSERT_TRUE(telegram);
    chat = telegram->add_channel({});
    std::ofstream(folder / "config.yaml")
        << "platform: twitch\ntelegram:\n  channel_id: " << chat << "\n"
        << testing_support::way_as_bot(*telegram)
        << "twitch:\n  client_id: simulatedclient\n  client_secret: simulatedsecret\n  channels: [someone]\n"
        << "  check_interval: 1\n  offline_grace_period: 4\n"
        << "recording: {output_dir: ./recordings, min_free: 1MB, part_duration: 6s}\nendpoints:\n"
        << testing_support::endpoints_of(twitch)
        << "\nlogging: {file: ./recorder.log}\nstate: {path: ./data/state.db}\nweb: {listen: \"\"}\n";
  }
  /// Segments of one second, and a window of twenty.
  void go_live() {
    live = std::make_unique<sim::LiveStream>(
        twitch.origin(), sim::LiveOptions{.prefix = "/live/a", .window = 20}, numbered_media(kSegments, 1));
    twitch.set_live("someone", "1", "A title", "Chess", live->playlist_url());
  }
  [[nodiscard]] std::vector<std::string> run_arguments() const {
    return {"run", "--config", (folder / "config.yaml").string()};
  }
  [[nodiscard]] boost::json::object status() const {
    return testing_support::json_answer(
        run_program(folder.path(), {"status", "--json", "--config", (folder / "config.yaml").string()}));
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> of_kind(bool with_file) const {
    auto posts = telegram->posts(chat);
    std::erase_if(posts, [&](const auto& post) { return post.deleted || post.file.empty() == with_file; });
    return posts;
  }
  /// The broadcast ends and is posted: whole, in one session, without a gap. How long that session says it
  /// was.
  Millis finish(ProgramRun& program, int frames_a_segment = 25) {
    EXPECT_TRUE(became([&] { return live->ended(); }));
    twitch.set_offline("someone");
    EXPECT_TRUE(became([&] {
      const auto statuses = of_kind(false);
      return statuses.size() == 1 && statuses[0].text.starts_with("✅");
    }));
    auto store = SqliteStore::open((folder / "data/state.db").string());
    if (!store) ADD_FAILURE() << store.error().text;
    EXPECT_TRUE(became([&] { return (*store)->history(10)->size() == 1; })) << "one broadcast is one session";
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait().exit_code, 143);
    std::vector<std::filesystem::path> files;
    for (const auto& post : of_kind(true)) {
      files.push_back(post.file.front().path);
      EXPECT_GE(post.file.front().duration, 1);
      EXPECT_LE(post.file.front().duration, 10) << "as long as its media";
    }
    EXPECT_EQ(testing_support::frames_in(files), counting(0, kSegments * frames_a_segment));
    const auto history = (*store)->history(10);
    if (history->size() != 1) return Millis(0);
    EXPECT_TRUE((*store)->gaps(history->front().id)->empty());
    return history->front().ended_at.value() - history->front().started_at;
  }
  /// How often a recording began.
  [[nodiscard]] int captures() const {
    std::ifstream log(folder / "recorder.log");
    int begun = 0;
    for (std::string line; std::getline(log, line);)
      begun += line.find("capture.started") != std::string::npos ? 1 : 0;
    return begun;
  }
};

TEST_F(Clocks, AWallClockThatIsSetByHoursBackAndForthDisturbsNoRecordingThoughTheApiLags) {
  SetClocks clocks(folder / "clocks");
  ProgramRun program(folder.path(), run_arguments());
  go_live();
  ASSERT_TRUE(became([&] { return !of_kind(false).empty(); }));
  twitch.freeze_api("someone", true);
  clocks.wall_is_off(hours(5));
  std::this_thread::sleep_for(seconds(4));
  const auto told = status();
  ASSERT_EQ(told.at("sessions").as_array().size(), 1U);
  const auto& session = told.at("sessions").as_array()[0].as_object();
  EXPECT_LT(session.at("elapsed_s").to_number<double>(), 90);
  EXPECT_TRUE(session.at("ended_at").is_null());
  EXPECT_TRUE(told.at("incidents").as_array().empty()) << "nothing is silent for five hours";
  clocks.wall_is_off(-hours(8));
  std::this_thread::sleep_for(seconds(4));
  EXPECT_TRUE(status().at("running").as_bool());
  clocks.wall_is_off(seconds(0));
  twitch.freeze_api("someone", false);
  const Millis length = finish(program);
  EXPECT_EQ(captures(), 1) << "it was not given up in between";
  EXPECT_GE(length, seconds(kSegments - 4));
  EXPECT_LE(length, seconds(120));
  for (const auto& post : of_kind(false))
    EXPECT_EQ(post.text.find("5:0"), std::string::npos) << "hours that were not: " << post.text;
}

TEST_F(Clocks, AProgramThatStoodStillGoesOnWithoutAHoleWhereAllIsStillOnOffer) {
  const bool is_long = std::getenv("REC_LONG") != nullptr;
  ProgramRun program(folder.path(), run_arguments());
  live = std::make_unique<sim::LiveStream>(
      twitch.origin(), sim::LiveOptions{.prefix = "/live/a", .window = is_long ? 90U : 20U},
      numbered_media(kSegments, is_long ? 4 : 1));
  twitch.set_live("someone", "1", "A title", "Chess", live->playlist_url());
  ASSERT_TRUE(became([&] { return !of_kind(false).empty(); }));
  program.signal(SIGSTOP);
  std::this_thread::sleep_for(seconds(is_long ? 60 : 12));
  program.signal(SIGCONT);
  finish(program, is_long ? 100 : 25);
}

// As after a machine has slept, to whoever counts the sleep.
TEST_F(Clocks, AMonotonicClockThatLeapsByAnHourEndsNothingAndLosesNothing) {
  SetClocks clocks(folder / "clocks");
  ProgramRun program(folder.path(), run_arguments());
  go_live();
  ASSERT_TRUE(became([&] { return !of_kind(false).empty(); }));
  clocks.monotonic_leapt(hours(1));
  clocks.wall_is_off(hours(1));
  std::this_thread::sleep_for(seconds(2));
  EXPECT_TRUE(status().at("running").as_bool());
  finish(program);
}

}  // namespace
}  // namespace rec
