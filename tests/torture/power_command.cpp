#include "power_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <mutex>
#include <set>

#include <CLI/CLI.hpp>

#include "play_rounds.hpp"
#include "power_rounds.hpp"
#include "results.hpp"

namespace rec::torture {
namespace {

struct PowerOptions {
  int losses = 5;
  int a_round = 8;
  unsigned seed = 1;
  int at_once = 2;
  bool brief = false;
  bool lying_disk = false;
  std::string results = "build/torture/power.tsv";
  std::string folder = (std::filesystem::temp_directory_path() / "streamrecorder-torture" / "power").string();
};

/// A line: seed, losses, the longest wait until it was back at a playlist in seconds, faults ("-" = none).
std::string line_of_losses(const RoundResult& round) {
  double longest = 0;
  for (const double seconds : round.back_seconds) longest = std::max(longest, seconds);
  return fmt::format("{}\t{}\t{:.2f}\t{}", round.plan.seed, round.kills, longest, told_faults(round.faults));
}

class PowerLosses {
 public:
  explicit PowerLosses(const PowerOptions& options) : options_(options), media_(make_media(options.brief)) {
    std::ifstream before(options_.results);
    for (std::string line; std::getline(before, line);) add(line);
  }

  int run() {
    Quota quota(options_.losses - losses_, options_.a_round);
    const std::set<unsigned> played = seeds_;
    play_rounds(options_.at_once, [&](unsigned turn) {
      const unsigned seed = options_.seed + turn;
      if (played.contains(seed)) return true;
      const int losses = quota.take();
      if (losses == 0) return false;
      PowerPlan plan{{seed, post_mode(seed)}, losses, options_.lying_disk};
      plan.round.patient = true;
      const auto round =
          power_round(std::filesystem::path(options_.folder) / std::to_string(seed), media_, plan);
      quota.give_back(losses - round.kills);
      const std::string line = line_of_losses(round);
      const std::scoped_lock lock(mutex_);
      add_line(options_.results, line);
      add(line);
      fmt::print("seed {:4}  {:9}  {} losses  {}\n", seed, plan.round.post, round.kills,
                 round.faults.empty() ? "whole" : "WRONG: " + line.substr(line.rfind('\t') + 1));
      std::fflush(stdout);
      return round.kills > 0;
    });
    fmt::print(
        "{} power losses in {} rounds, {} rounds wrong; back at the playlist after {:.2f} s at the longest\n",
        losses_, seeds_.size(), wrong_, longest_);
    if (wrong_ > 0) fmt::print("what is wrong was kept in {}\n", options_.folder);
    return wrong_ == 0 && losses_ >= options_.losses ? 0 : 1;
  }

 private:
  void add(const std::string& line) {
    const auto fields = columns_of(line);
    if (fields.size() != 4) return;
    seeds_.insert(static_cast<unsigned>(std::stoul(fields[0])));
    losses_ += std::stoi(fields[1]);
    longest_ = std::max(longest_, std::stod(fields[2]));
    if (fields[3] != "-") ++wrong_;
  }

  PowerOptions options_;
  Media media_;
  std::mutex mutex_{};
  std::set<unsigned> seeds_{};
  int losses_ = 0, wrong_ = 0;
  double longest_ = 0;
};

}  // namespace

void add_power_command(CLI::App& program, int& code) {
  auto* command =
      program.add_subcommand("power", "power losses: what was not synced is there in part, or not at all");
  const auto options = std::make_shared<PowerOptions>();
  command->add_option("--n", options->losses, "so many losses in all, those of the results file counted")
      ->capture_default_str();
  command->add_option("--a-round", options->a_round, "so many of them while the same broadcasts are posted")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of the first round")->capture_default_str();
  command->add_option("--at-once", options->at_once, "rounds that are played side by side")
      ->capture_default_str();
  command->add_flag("--brief", options->brief, "broadcasts of half the usual length");
  command->add_option("--results", options->results, "a line a round is added to it; \"\": none")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "where rounds are played; those that went wrong are kept")
      ->capture_default_str();
  command->add_flag("--lying-disk", options->lying_disk, "its syncs do nothing: this must go wrong");
  command->callback([options, &code] { code = PowerLosses(*options).run(); });
}

}  // namespace rec::torture
