#include "kill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>

#include "kill_phases.hpp"
#include "kill_rounds.hpp"
#include "play_rounds.hpp"
#include "results.hpp"

namespace rec::torture {
namespace {

struct KillOptions {
  int kills = 5;
  int a_round = 12;
  int jobs = 1;
  bool brief = false;
  unsigned seed = 1;
  std::string results = "build/torture/kill.tsv";
  std::string folder = std::filesystem::temp_directory_path() / "streamrecorder-torture";
};

std::string joined(const std::vector<std::string>& words, const char* by) {
  return words.empty() ? "-" : fmt::format("{}", fmt::join(words, by));
}

/// A line: seed, plan, kills, seconds until back (by commas), phases of each kill ("record+upload", by
/// commas; "idle" = nothing was going on), faults (by " | "); "-" = none.
std::string line_of_kills(const RoundResult& round) {
  std::vector<std::string> back, phases;
  for (const double seconds : round.back_seconds) back.push_back(fmt::format("{:.2f}", seconds));
  for (const auto& kill : round.phases) phases.push_back(kill.empty() ? "idle" : joined(kill, "+"));
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}", round.plan.seed, word(round.plan), round.kills,
                     joined(back, ","), joined(phases, ","), told_faults(round.faults));
}

struct KillTally {
  int rounds = 0, kills = 0, bad = 0;
  std::vector<double> back{};
  std::map<std::string, int> phases{};
  std::set<unsigned> seeds{};

  explicit KillTally(const std::string& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) add(line);
  }
  void add(const std::string& line) {
    auto columns = columns_of(line);
    if (columns.size() != 6) return;
    seeds.insert(static_cast<unsigned>(std::stoul(columns[0])));
    ++rounds;
    kills += std::stoi(columns[2]);
    if (columns[5] != "-") ++bad;
    std::istringstream all(columns[3]);
    for (std::string one; std::getline(all, one, ',');)
      if (one != "-") back.push_back(std::stod(one));
    std::ranges::replace(columns[4], '+', ',');
    std::istringstream words(columns[4]);
    for (std::string one; std::getline(words, one, ',');) ++phases[one];
  }
  [[nodiscard]] double back_at(double share) const {
    if (back.empty()) return 0;
    auto sorted = back;
    std::ranges::sort(sorted);
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
  }
  void print() const {
    fmt::print(
        "{} kills in {} rounds, {} rounds wrong; back at the playlist p50 {:.2f} s, p99 {:.2f} s, longest "
        "{:.2f} s\n",
        kills, rounds, bad, back_at(0.5), back_at(0.99), back_at(1));
    std::string fell;
    for (const char* phase : kPhases) {
      const auto found = phases.find(phase);
      fell += fmt::format("  {} {}", phase, found == phases.end() ? 0 : found->second);
    }
    fmt::print("kills by what was going on:{}\n", fell);
  }
};

int kill(const KillOptions& options) {
  KillTally all(options.results);
  const std::set<unsigned> played = all.seeds;
  const Media media = make_media(options.brief);
  Quota quota(options.kills - all.kills, options.a_round);
  std::mutex mutex;
  play_rounds(options.jobs, [&](unsigned turn) {
    const unsigned seed = options.seed + turn;
    if (played.contains(seed)) return true;
    const int kills = quota.take();
    if (kills == 0) return false;
    const auto round = kill_round(std::filesystem::path(options.folder) / std::to_string(seed), media,
                                  drawn_plan(seed), kills);
    quota.give_back(kills - round.kills);
    const std::string line = line_of_kills(round);
    const std::scoped_lock lock(mutex);
    add_line(options.results, line);
    all.add(line);
    fmt::print("seed {:4}  {:36}  {:2} kills  {}\n", seed, word(round.plan), round.kills,
               round.faults.empty() ? "whole" : "WRONG: " + told_faults(round.faults));
    std::fflush(stdout);
    return round.kills > 0 || round.faults.empty();
  });
  all.print();
  if (all.bad > 0) fmt::print("what is wrong was kept in {}\n", options.folder);
  return all.bad == 0 && all.kills >= options.kills ? 0 : 1;
}

}  // namespace

void add_kill(CLI::App& program, int& code) {
  auto options = std::make_shared<KillOptions>();
  auto* command = program.add_subcommand(
      "kill", "SIGKILL, in every phase of a recording, by the clock and at certain writes");
  command->add_option("--n", options->kills, "so many kills in all, those of the results file counted")
      ->capture_default_str();
  command->add_option("--a-round", options->a_round, "at most so many while the same broadcasts are posted")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "rounds side by side")->capture_default_str();
  command->add_flag("--brief", options->brief, "broadcasts of half the usual length");
  command->add_option("--seed", options->seed, "of the first round")->capture_default_str();
  command
      ->add_option("--results", options->results,
                   "a line a round is added to it, and rounds in it are not played again; \"\": none")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "where rounds are played; those that went wrong are kept")
      ->capture_default_str();
  command->callback([options, &code] { code = kill(*options); });
}

}  // namespace rec::torture
