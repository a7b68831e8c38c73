#include "kill_rounds.hpp"

#include <fmt/format.h>

#include <chrono>
#include <random>
#include <thread>

#include "cli/demo_recorder.hpp"

namespace rec::torture {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kPatience = 120;  // seconds behind the end of the broadcasts

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// How the next life of the program ends.
struct Life {
  double seconds = 0;  ///< by the clock, at the latest
  int call = 0;        ///< at this write, sync, cut, rename or removal in its folders; 0 = none
};

class Round {
 public:
  Round(std::filesystem::path folder, const Media& media, RoundPlan plan)
      : folder_(std::move(folder)),
        stage_(folder_, media, plan),
        recorder_(REC_BINARY, stage_.write_config()),
        random_(plan.seed) {
    result_.seed = plan.seed;
  }

  RoundResult run(int kills) {
    for (int i = 0; i < kills; ++i) live(next_life());
    live({});
    if (recorder_.stop() != 143) result_.faults.emplace_back("the program did not end in good order");
    for (auto& fault : stage_.faults()) result_.faults.push_back(std::move(fault));
    return std::move(result_);
  }

 private:
  Life next_life() {
    Life life;
    life.seconds = std::uniform_real_distribution<double>(0.2, 4)(random_);
    if (std::bernoulli_distribution(0.5)(random_))
      life.call = std::uniform_int_distribution<int>(1, 200)(random_);
    return life;
  }

  /// With neither end: until everything is posted.
  void live(Life life) {
    std::vector<std::string> environment;
    if (life.call > 0) {
      environment = {std::string("LD_PRELOAD=") + REC_FAULT_SHIM, "REC_FAULT_PATH=" + folder_.string(),
                     "REC_FAULT_KILL=" + std::to_string(life.call), "REC_FAULT_FLAG=/nonexistent",
                     "REC_FAULT_LOG=/nonexistent/log"};
    }
    if (const auto started = recorder_.start(std::move(environment)); !started) {
      result_.faults.push_back(started.error().text);
      return;
    }
    const auto born = Clock::now();
    const std::size_t hits = stage_.playlist_hits();
    bool waits_for_playlist = stage_.on_air();
    const bool last = life.seconds == 0;
    while (last ? since(start_) < stage_.ends() + kPatience : since(born) < life.seconds) {
      const bool more = stage_.play(since(start_));
      if (waits_for_playlist && stage_.playlist_hits() > hits) {
        result_.back_seconds.push_back(since(born));
        waits_for_playlist = false;
      }
      if (recorder_.gone()) {
        if (life.call == 0) result_.faults.emplace_back("the program ended by itself");
        break;
      }
      if (last && !more && stage_.looks_done()) return settle();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (last) return;
    recorder_.kill9();
    ++result_.kills;
  }

  /// The last status is written; clearing away, and to commit that it is done, takes a moment more.
  void settle() {
    for (const auto posted = Clock::now(); since(posted) < 20 && !stage_.faults().empty();)
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }

  std::filesystem::path folder_;
  Stage stage_;
  cli::DemoRecorder recorder_;
  std::mt19937 random_;
  Clock::time_point start_ = Clock::now();
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
