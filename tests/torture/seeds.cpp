#include "seeds.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>

#include "results.hpp"
#include "side_by_side.hpp"
#include "tests/simulation/seed_story.hpp"

namespace rec::torture {
namespace {

constexpr unsigned kBlock = 100;  // seeds a line

struct SeedsOptions {
  unsigned seeds = 100'000;
  unsigned first = 1;
  int jobs = 2;
  std::string results = "build/torture/seeds.tsv";
};

/// "first  last  crashes  sessions  posts  faults", faults "-" or "SEED: what | …".
struct Block {
  unsigned first = 0, last = 0;
  int crashes = 0;
  std::size_t sessions = 0, posts = 0;
  std::string faults{};

  [[nodiscard]] std::string line() const {
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}", first, last, crashes, sessions, posts,
                       faults.empty() ? "-" : faults);
  }
};

Block play_block(unsigned first, unsigned last, const std::string& name) {
  Block block{first, last};
  for (unsigned seed = first; seed <= last; ++seed) {
    const auto outcome = simulation::play_seed(seed, name);
    block.crashes += outcome.crashes;
    block.sessions += outcome.sessions;
    block.posts += outcome.posts;
    if (outcome.faults.empty()) continue;
    block.faults += fmt::format("{}{}: {}", block.faults.empty() ? "" : " | ", seed, outcome.faults.front());
    fmt::print("{}", simulation::told_story(seed));
    for (const std::string& fault : outcome.faults) fmt::print("  WRONG: {}\n", fault);
    std::fflush(stdout);
  }
  return block;
}

/// A quarter of the time goes into giving memory back to the system and getting it again.
void keep_memory() {
  constexpr int kMuch = 256 << 20;
  mallopt(M_TRIM_THRESHOLD, kMuch);
  mallopt(M_MMAP_THRESHOLD, kMuch);
  mallopt(M_TOP_PAD, kMuch / 16);
}

struct SeedsTally {
  std::set<std::pair<unsigned, unsigned>> played{};
  unsigned seeds = 0;
  std::size_t crashes = 0, sessions = 0, posts = 0, bad = 0;

  explicit SeedsTally(const std::string& file) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      Block block;
      std::string first_fault;
      if (!(words >> block.first >> block.last >> block.crashes >> block.sessions >> block.posts >>
            first_fault))
        continue;
      if (!played.insert({block.first, block.last}).second) continue;
      seeds += block.last - block.first + 1;
      crashes += static_cast<std::size_t>(block.crashes);
      sessions += block.sessions;
      posts += block.posts;
      if (first_fault != "-") ++bad;
    }
  }
};

int seeds(const SeedsOptions& options) {
  keep_memory();
  const SeedsTally before(options.results);
  const unsigned end = options.first + options.seeds;
  const auto play = [&](int job) {
    bool well = true;
    unsigned number = 0;
    for (unsigned first = options.first; first < end; first += kBlock) {
      const unsigned last = std::min(first + kBlock, end) - 1;
      if (number++ % static_cast<unsigned>(std::max(1, options.jobs)) != static_cast<unsigned>(job)) continue;
      if (before.played.contains({first, last})) continue;
      const Block block = play_block(first, last, "seeds");
      add_line(options.results, block.line());
      well = well && block.faults.empty();
    }
    return well;
  };
  const int bad = side_by_side(options.jobs, play);
  const SeedsTally all(options.results);
  fmt::print("{} seeds: {} kills and crashes, {} sessions, {} posts; {} lines with faults in {}\n", all.seeds,
             all.crashes, all.sessions, all.posts, all.bad, options.results);
  return bad == 0 && all.bad == 0 ? 0 : 1;
}

}  // namespace

void add_seeds(CLI::App& program, int& code) {
  auto options = std::make_shared<SeedsOptions>();
  auto* command = program.add_subcommand("seeds", "days on virtual time, drawn by seed");
  command->add_option("--n", options->seeds, "so many seeds; those in the results file are not played again")
      ->capture_default_str();
  command
      ->add_option("--seed", options->first,
                   "the first one; `--n 1 --seed S --results \"\"` replays one, with REC_SIM_LOG=info in the "
                   "environment its log too")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "processes")->capture_default_str();
  command->add_option("--results", options->results, "a line for a hundred seeds is added to it; \"\": none")
      ->capture_default_str();
  command->callback([options, &code] { code = seeds(*options); });
}

}  // namespace rec::torture
