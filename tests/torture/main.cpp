// torture kill: the real program, killed with SIGKILL at random instants and at certain writes, two channels
// live; everything must be on the simulated Telegram once, whole and in order.
//
//   torture kill --n KILLS [--a-round K] [--seed S] [--results FILE] [--folder DIR]
//
// Each round is a line of the results file; rounds whose seed is in it are not played again.
// torture power, torture faults: power_command.hpp, faults_command.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include <CLI/CLI.hpp>

#include "faults_command.hpp"
#include "kill_rounds.hpp"
#include "network_rounds.hpp"
#include "power_command.hpp"

namespace rec::torture {
namespace {

constexpr std::array kModes = {"each", "album", "after_end"};

struct Options {
  int kills = 5;
  int a_round = 8;
  unsigned seed = 1;
  std::string results = "build/torture/kill.tsv";
  std::string folder = std::filesystem::temp_directory_path() / "streamrecorder-torture";
};

/// A line: seed, kills, seconds until back (by commas, "-" = none), faults (by " | ", "-" = none).
std::string line_of(const RoundResult& round) {
  std::string back;
  for (const double seconds : round.back_seconds)
    back += fmt::format("{}{:.2f}", back.empty() ? "" : ",", seconds);
  std::string faults;
  for (const std::string& fault : round.faults) faults += (faults.empty() ? "" : " | ") + fault;
  return fmt::format("{}\t{}\t{}\t{}", round.seed, round.kills, back.empty() ? "-" : back,
                     faults.empty() ? "-" : faults);
}

struct Tally {
  int rounds = 0, kills = 0, bad = 0;
  std::vector<double> back{};
  std::map<unsigned, bool> seeds{};

  void add(const std::string& line) {
    std::istringstream in(line);
    std::string seed, count, seconds, faults;
    if (!std::getline(in, seed, '\t') || !std::getline(in, count, '\t') || !std::getline(in, seconds, '\t') ||
        !std::getline(in, faults, '\t'))
      return;
    seeds[static_cast<unsigned>(std::stoul(seed))] = true;
    ++rounds;
    kills += std::stoi(count);
    if (faults != "-") ++bad;
    std::istringstream all(seconds);
    for (std::string one; std::getline(all, one, ',');)
      if (one != "-") back.push_back(std::stod(one));
  }
  [[nodiscard]] double back_at(double share) const {
    if (back.empty()) return 0;
    auto sorted = back;
    std::ranges::sort(sorted);
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
  }
};

int kill(const Options& options) {
  if (!options.results.empty())
    std::filesystem::create_directories(std::filesystem::path(options.results).parent_path());
  Tally tally;
  std::ifstream before(options.results);
  for (std::string line; std::getline(before, line);) tally.add(line);
  std::ofstream results(options.results, std::ios::app);
  const Media media = make_media();
  for (unsigned seed = options.seed; tally.kills < options.kills; ++seed) {
    if (tally.seeds.contains(seed)) continue;
    const int kills = std::min(options.a_round, options.kills - tally.kills);
    const RoundPlan plan{seed, kModes[seed % kModes.size()]};
    const auto round =
        kill_round(std::filesystem::path(options.folder) / std::to_string(seed), media, plan, kills);
    const std::string line = line_of(round);
    results << line << std::endl;
    tally.add(line);
    fmt::print("seed {:4}  {:9}  {} kills  {}\n", seed, plan.post, round.kills,
               round.faults.empty() ? "whole" : "WRONG: " + line.substr(line.rfind('\t') + 1));
    std::fflush(stdout);
    if (round.kills == 0) break;
  }
  fmt::print(
      "{} kills in {} rounds, {} rounds wrong; back at the playlist p50 {:.2f} s, p99 {:.2f} s, longest "
      "{:.2f} s\n",
      tally.kills, tally.rounds, tally.bad, tally.back_at(0.5), tally.back_at(0.99), tally.back_at(1));
  if (tally.bad > 0) fmt::print("what is wrong was kept in {}\n", options.folder);
  return tally.bad == 0 && tally.kills >= options.kills ? 0 : 1;
}

}  // namespace
}  // namespace rec::torture

int main(int argc, char** argv) {
  CLI::App program("Breaks the real program and looks whether everything comes out whole.", "torture");
  program.require_subcommand(1);
  rec::torture::Options options;
  int code = 1;
  auto* kill = program.add_subcommand("kill", "SIGKILL, at random instants and at certain writes");
  kill->add_option("--n", options.kills, "so many kills in all, those of the results file counted")
      ->capture_default_str();
  kill->add_option("--a-round", options.a_round, "so many of them while the same broadcasts are posted")
      ->capture_default_str();
  kill->add_option("--seed", options.seed, "of the first round")->capture_default_str();
  kill->add_option("--results", options.results, "a line a round is added to it; \"\": none")
      ->capture_default_str();
  kill->add_option("--folder", options.folder, "where rounds are played; those that went wrong are kept")
      ->capture_default_str();
  kill->callback([&] { code = rec::torture::kill(options); });
  rec::torture::add_network_command(program, code);
  rec::torture::add_power_command(program, code);
  rec::torture::add_faults_command(program, code);
  CLI11_PARSE(program, argc, argv);
  return code;
}
