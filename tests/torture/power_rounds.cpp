#include "power_rounds.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "power_disk.hpp"
#include "shimmed_program.hpp"

namespace rec::torture {
namespace {

using PowerClock = std::chrono::steady_clock;

constexpr double kPowerPatience = 150;  // seconds behind the end of the broadcasts

double passed_since(PowerClock::time_point start) {
  return std::chrono::duration<double>(PowerClock::now() - start).count();
}

class PowerRound {
 public:
  PowerRound(const std::filesystem::path& folder, const Media& media, const PowerPlan& plan)
      : folder_(folder),
        stage_(folder, media, plan.round),
        program_(folder, stage_.home(), stage_.write_config()),
        plan_(plan),
        random_(plan.round.seed),
        model_(plan.round.seed % 2 == 0 ? PowerModel::ordered : PowerModel::loose),
        disk_(stage_.home(), !plan.lying_disk) {
    result_.plan = plan.round;
  }

  RoundResult run() {
    while (result_.kills < plan_.losses && result_.faults.empty()) {
      // A kill alone is survived, and what was not synced is still not synced.
      const bool power = std::bernoulli_distribution(0.8)(random_);
      live(next_end());
      if (!result_.faults.empty()) break;
      if (!program_.power_off()) result_.faults.emplace_back("a process would not die");
      if (power) lose_power();
      program_.forget();
    }
    if (result_.faults.empty()) live({});
    if (result_.faults.empty() && program_.recorder().stop() != 143)
      result_.faults.emplace_back("the program did not end in good order");
    program_.power_off();
    for (auto& fault : stage_.faults()) result_.faults.push_back(std::move(fault));
    if (std::filesystem::exists(stage_.home() / "data" / "segments"))
      for (const auto& entry : std::filesystem::directory_iterator(stage_.home() / "data" / "segments"))
        if (entry.path().extension() == ".damaged")
          result_.faults.push_back(entry.path().string() + " was set aside");
    return std::move(result_);
  }

 private:
  struct End {
    double seconds = 0;      ///< by the clock, at the latest; 0: when everything is posted
    std::uint64_t call = 0;  ///< at this call
  };

  End next_end() {
    End end;
    end.seconds = std::uniform_real_distribution<double>(0.3, 4)(random_);
    if (std::bernoulli_distribution(0.6)(random_))
      end.call = std::uniform_int_distribution<std::uint64_t>(1, 400)(random_);
    return end;
  }

  void live(End end) {
    program_.control().power_off_at = end.call;
    if (const auto started = program_.start({"REC_DISK_JOURNAL=" + program_.journal().string()}); !started)
      return result_.faults.push_back(started.error().text);
    const auto born = PowerClock::now();
    const std::size_t hits = stage_.playlist_hits();
    bool waits_for_playlist = stage_.on_air();
    const bool last = end.seconds == 0;
    while (last ? passed_since(start_) < stage_.ends() + kPowerPatience : passed_since(born) < end.seconds) {
      const bool more = stage_.play(passed_since(start_));
      if (waits_for_playlist && stage_.playlist_hits() > hits) {
        result_.back_seconds.push_back(passed_since(born));
        waits_for_playlist = false;
      }
      if (program_.control().off != 0) return;
      if (program_.recorder().gone()) {
        if (program_.control().off == 0) result_.faults.emplace_back("the program ended by itself");
        return;
      }
      if (last && !more && stage_.looks_done()) return settle();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void settle() {
    for (const auto posted = PowerClock::now(); passed_since(posted) < 30 && !stage_.faults().empty();)
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }

  void lose_power() {
    ++result_.kills;
    const auto said = stage_.home() / "recorder.stderr";
    if (std::filesystem::exists(said)) {
      std::ofstream all(folder_ / "recorder.stderr", std::ios::app);
      all << std::ifstream(said).rdbuf();
    }
    disk_.replay(program_.journal(), model_);
    const PowerLoss loss = disk_.lose_power(model_, random_);
    std::ofstream(folder_ / "losses", std::ios::app)
        << fmt::format("{:.2f} s: {} names, {} files\n", passed_since(start_), loss.names, loss.files);
    std::filesystem::rename(program_.journal(), folder_ / fmt::format("disk.journal.{}", result_.kills));
    disk_ = PowerDisk(stage_.home(), !plan_.lying_disk);
  }

  std::filesystem::path folder_;
  Stage stage_;
  ShimmedProgram program_;
  PowerPlan plan_;
  std::mt19937 random_;
  PowerModel model_;
  PowerDisk disk_;
  PowerClock::time_point start_ = PowerClock::now();
  RoundResult result_{};
};

}  // namespace

RoundResult power_round(const std::filesystem::path& folder, const Media& media, const PowerPlan& plan) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  RoundResult result = PowerRound(folder, media, plan).run();
  std::error_code ignored;
  if (result.faults.empty()) std::filesystem::remove_all(folder, ignored);
  return result;
}

}  // namespace rec::torture
