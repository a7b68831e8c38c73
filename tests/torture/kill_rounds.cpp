#include "kill_rounds.hpp"

#include <chrono>
#include <random>
#include <thread>

#include "cli/demo_recorder.hpp"
#include "kill_aim.hpp"

namespace rec::torture {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPatience = 240;  // seconds behind the end of the broadcasts
constexpr auto kGlance = std::chrono::milliseconds(10);
constexpr double kLookEvery = 0.5;  // seconds; a look at all posts costs something

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class Round {
 public:
  Round(std::filesystem::path folder, const Media& media, RoundPlan plan)
      : folder_(std::move(folder)),
        stage_(folder_, media, plan),
        recorder_(REC_BINARY, stage_.write_config()),
        random_(plan.seed) {
    result_.plan = plan;
  }

  RoundResult run(int kills) {
    if (result_.plan.as_user) {
      if (auto signed_in = stage_.sign_in(); !signed_in) {
        result_.faults.push_back(signed_in.error().text);
        return std::move(result_);
      }
    }
    start_ = Clock::now();
    const int while_live = kills - kills * 2 / 5;  // the others are for what comes behind
    for (int i = 0; i < kills && !done_; ++i) {
      const Act act = !more_ ? Act::end : i < while_live ? Act::live : Act::before_the_end;
      live(drawn_life(random_, result_.plan, act));
    }
    if (!done_) live({});
    settle();
    if (recorder_.stop() != 143) result_.faults.emplace_back("the program did not end in good order");
    for (auto& fault : stage_.faults()) result_.faults.push_back(std::move(fault));
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::vector<std::string> environment_of(const LifePlan& life) const {
    if (life.call == 0) return {};
    return {std::string("LD_PRELOAD=") + REC_FAULT_SHIM, "REC_FAULT_PATH=" + folder_.string(),
            "REC_FAULT_KILL=" + std::to_string(life.call), "REC_FAULT_FLAG=/nonexistent",
            "REC_FAULT_LOG=/nonexistent/log"};
  }

  /// To a kill, or until everything is posted.
  void live(LifePlan life) {
    std::error_code none;
    const auto log_begins = std::filesystem::file_size(folder_ / "recorder.log", none);
    const KilledLife now{stage_.home(), none ? 0 : log_begins, false};
    const Sight sight(stage_, now, life.aim);
    if (const auto started = recorder_.start(environment_of(life)); !started) {
      result_.faults.push_back(started.error().text);
      return;
    }
    const auto born = Clock::now();
    const std::size_t hits = stage_.playlist_hits();
    bool waits_for_playlist = stage_.on_air();
    const bool last = life.seconds == 0;
    double dies = last ? stage_.ends() + kPatience + since(born) : life.seconds;
    bool seen = false;
    while (since(born) < dies) {
      more_ = stage_.play(since(start_));
      if (waits_for_playlist && stage_.playlist_hits() > hits) {
        result_.back_seconds.push_back(since(born));
        waits_for_playlist = false;
      }
      if (recorder_.gone()) {
        if (life.call == 0) result_.faults.emplace_back("the program ended by itself");
        break;
      }
      if (!more_ && all_posted()) {
        if (life.call == 0) return;
        done_ = false;  // a kill still waits for its call
        break;
      }
      if (!last && !seen && sight.sees()) {
        seen = true;
        dies = std::min(dies, since(born) + life.delay);
      }
      std::this_thread::sleep_for(kGlance);
    }
    if (!last) note_kill(now);
  }

  void note_kill(KilledLife life) {
    recorder_.kill9();
    life.on_air = stage_.on_air();
    ++result_.kills;
    result_.phases.push_back(phases_at_death(life));
  }

  bool all_posted() {
    if (since(looked_) < kLookEvery) return false;
    done_ = stage_.looks_done();
    looked_ = Clock::now();
    return done_;
  }

  /// The last status is written; clearing away, and to commit that it is done, takes a moment more.
  void settle() {
    for (const auto posted = Clock::now(); since(posted) < 20 && !stage_.faults().empty();)
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }

  std::filesystem::path folder_;
  Stage stage_;
  cli::DemoRecorder recorder_;
  std::mt19937 random_;
  Clock::time_point start_{}, looked_{};
  bool more_ = true;   ///< of the broadcasts' script
  bool done_ = false;  ///< all is posted, and the program runs
  RoundResult result_;
};

}  // namespace

RoundResult kill_round(const std::filesystem::path& folder, const Media& media, RoundPlan plan, int kills) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  RoundResult result = Round(folder, media, plan).run(kills);
  std::error_code ignored;
  if (result.faults.empty()) std::filesystem::remove_all(folder, ignored);
  return result;
}

}  // namespace rec::torture
