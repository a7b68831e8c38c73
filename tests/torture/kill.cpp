#include "kill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>

#include "kill_phases.hpp"
#include "kill_rounds.hpp"
#include "side_by_side.hpp"

namespace rec::torture {
namespace {

struct KillOptions {
  int kills = 5;
  int a_round = 12;
  int jobs = 1;
  unsigned seed = 1;
  std::string results = "build/torture/kill.tsv";
  std::string folder = std::filesystem::temp_directory_path() / "streamrecorder-torture";
};

std::string joined(const std::vector<std::string>& words, const std::string& by) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : by) + word;
  return all.empty() ? "-" : all;
}

/// A line: seed, plan, kills, seconds until back (by commas), phases of each kill ("record+upload", by
/// commas; "idle" = nothing was going on), faults (by " | "); "-" = none.
std::string line_of(const RoundResult& round) {
  std::vector<std::string> back, phases;
  for (const double seconds : round.back_seconds) back.push_back(fmt::format("{:.2f}", seconds));
  for (const auto& kill : round.phases) phases.push_back(kill.empty() ? "idle" : joined(kill, "+"));
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}", round.plan.seed, word(round.plan), round.kills,
                     joined(back, ","), joined(phases, ","), joined(round.faults, " | "));
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
    std::istringstream in(line);
    std::vector<std::string> columns;
    for (std::string one; std::getline(in, one, '\t');) columns.push_back(one);
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

/// The share of one job: every `jobs`-th seed, as many kills as are due. False: something was wrong.
bool kill_share(const KillOptions& options, const KillTally& before, const Media& media, int job) {
  const int missing = options.kills - before.kills;
  int due = missing / options.jobs + (job < missing % options.jobs ? 1 : 0);
  bool well = true;
  for (unsigned seed = options.seed + static_cast<unsigned>(job); due > 0;
       seed += static_cast<unsigned>(options.jobs)) {
    if (before.seeds.contains(seed)) continue;
    const auto folder = std::filesystem::path(options.folder) / std::to_string(seed);
    const auto round = kill_round(folder, media, drawn_plan(seed), std::min(options.a_round, due));
    due -= round.kills;
    well = well && round.faults.empty();
    add_line(options.results, line_of(round));
    fmt::print("seed {:4}  {:36}  {:2} kills  {}\n", seed, word(round.plan), round.kills,
               round.faults.empty() ? "whole" : "WRONG: " + joined(round.faults, " | "));
    std::fflush(stdout);
    if (round.kills == 0 && !round.faults.empty()) return false;
  }
  return well;
}

int kill(const KillOptions& options) {
  const KillTally before(options.results);
  if (before.kills < options.kills) {
    const Media media = make_media();
    const int bad =
        side_by_side(options.jobs, [&](int job) { return kill_share(options, before, media, job); });
    if (options.results.empty()) return bad == 0 ? 0 : 1;
  }
  const KillTally all(options.results);
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
