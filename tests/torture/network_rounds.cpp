//   torture network --n ROUNDS [--seed S] [--at-once K] [--results FILE] [--folder DIR]
//
// Each round is a line of the results file: seed, what went wrong, segments, those missed, seconds of gaps
// reported, and faults ("-" = none). Rounds whose seed is in it are not played again.
#include "network_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "cli/demo_recorder.hpp"
#include "network_stage.hpp"
#include "play_rounds.hpp"
#include "results.hpp"

namespace rec::torture {
namespace {

constexpr double kRoundPatience = 180;  // seconds behind the end of everything

struct NetworkOptions {
  int rounds = 6;
  int at_once = 6;
  unsigned seed = 1;
  bool brief = false;
  std::string results = "build/torture/network.tsv";
  std::string folder = std::filesystem::temp_directory_path() / "streamrecorder-torture-network";
};

struct RoundOutcome {
  NetworkPlan plan{};
  NetworkVerdict verdict{};
};

/// Until all is posted and cleared away, or patience ends.
NetworkVerdict played(NetworkStage& stage, cli::DemoRecorder& recorder) {
  NetworkVerdict wrong;
  while (stage.now() < stage.ends() + kRoundPatience) {
    const bool more = stage.play();
    if (recorder.gone()) {
      wrong.faults.emplace_back("the program ended by itself");
      break;
    }
    if (!more && stage.cleared()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(more ? 20 : 300));
  }
  if (recorder.stop() != 143) wrong.faults.emplace_back("the program did not end in good order");
  NetworkVerdict verdict = stage.verdict();
  verdict.faults.insert(verdict.faults.begin(), wrong.faults.begin(), wrong.faults.end());
  return verdict;
}

RoundOutcome network_round(const std::filesystem::path& folder, const NetworkMedia& media, unsigned seed) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  RoundOutcome outcome;
  outcome.plan = network_plan(seed, media.traffic);
  {
    NetworkStage stage(folder, media, outcome.plan);
    cli::DemoRecorder recorder(REC_BINARY, stage.write_config());
    if (const auto started = recorder.start(stage.environment()); !started)
      outcome.verdict.faults.push_back(started.error().text);
    else
      outcome.verdict = played(stage, recorder);
  }
  std::error_code ignored;
  if (outcome.verdict.faults.empty()) std::filesystem::remove_all(folder, ignored);
  return outcome;
}

std::string line_of_round(const RoundOutcome& outcome) {
  return fmt::format("{}\t{}\t{}\t{}\t{:.1f}\t{}", outcome.plan.seed, told(outcome.plan),
                     outcome.verdict.segments, outcome.verdict.missed, outcome.verdict.gap_seconds,
                     told_faults(outcome.verdict.faults));
}

/// The lines of the results file, old and new.
class RoundBook {
 public:
  explicit RoundBook(std::string path) : path_(std::move(path)) {
    std::ifstream before(path_);
    for (std::string line; std::getline(before, line);) count(line);
  }
  void add(const RoundOutcome& outcome) {
    const std::string line = line_of_round(outcome);
    count(line);
    add_line(path_, line);
    const auto& verdict = outcome.verdict;
    fmt::print("seed {:4}  {}  {} of {} segments missed\n           {}\n", outcome.plan.seed,
               verdict.faults.empty() ? "good " : "WRONG", verdict.missed, verdict.segments,
               line.substr(line.find('\t') + 1));
    std::fflush(stdout);
  }
  [[nodiscard]] bool knows(unsigned seed) const { return seeds_.contains(seed); }
  [[nodiscard]] int rounds() const { return static_cast<int>(seeds_.size()); }
  [[nodiscard]] int bad() const { return bad_; }
  [[nodiscard]] long segments() const { return segments_; }
  [[nodiscard]] long missed() const { return missed_; }

 private:
  void count(const std::string& line) {
    const auto cells = columns_of(line);
    if (cells.size() != 6) return;
    seeds_.insert(static_cast<unsigned>(std::stoul(cells[0])));
    segments_ += std::stol(cells[2]);
    missed_ += std::stol(cells[3]);
    if (cells[5] != "-") ++bad_;
  }
  std::string path_;
  std::set<unsigned> seeds_{};
  int bad_ = 0;
  long segments_ = 0, missed_ = 0;
};

int network(const NetworkOptions& options) {
  RoundBook book(options.results);
  const NetworkMedia media = make_network_media(options.brief);
  std::mutex mutex;
  unsigned next = options.seed;
  int to_play = options.rounds - book.rounds();
  play_rounds(std::min(options.at_once, to_play), [&](unsigned) {
    unsigned seed = 0;
    {
      const std::scoped_lock lock(mutex);
      if (to_play-- <= 0) return false;
      while (book.knows(next)) ++next;
      seed = next++;
    }
    const auto outcome =
        network_round(std::filesystem::path(options.folder) / std::to_string(seed), media, seed);
    const std::scoped_lock lock(mutex);
    book.add(outcome);
    return true;
  });
  fmt::print("{} rounds, {} wrong; {} of {} segments could not be had\n", book.rounds(), book.bad(),
             book.missed(), book.segments());
  if (book.bad() > 0) fmt::print("what is wrong was kept in {}\n", options.folder);
  return book.bad() == 0 && book.rounds() >= options.rounds ? 0 : 1;
}

}  // namespace

void add_network_command(CLI::App& program, int& code) {
  auto options = std::make_shared<NetworkOptions>();
  auto* command = program.add_subcommand("network", "bad lines to platform, CDN and Telegram, drawn by seed");
  command->add_option("--n", options->rounds, "so many rounds in all, those of the results file counted")
      ->capture_default_str();
  command->add_option("--at-once", options->at_once, "side by side")->capture_default_str();
  command->add_flag("--brief", options->brief, "broadcasts of a third of the usual length");
  command->add_option("--seed", options->seed, "of the first round")->capture_default_str();
  command->add_option("--results", options->results, "a line a round is added to it; \"\": none")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "where rounds are played; those that went wrong are kept")
      ->capture_default_str();
  command->callback([options, &code] { code = network(*options); });
}

}  // namespace rec::torture
