#include "faults_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include <CLI/CLI.hpp>

#include "fault_rounds.hpp"
#include "play_rounds.hpp"
#include "results.hpp"

namespace rec::torture {
namespace {

struct FaultsOptions {
  int strikes = 20;
  unsigned seed = 0;
  int at_once = 2;
  bool brief = false;
  std::vector<std::string> only{};  ///< these strikes, as text_of has them, and no others
  std::string results = "build/torture/faults.tsv";
  std::string folder =
      (std::filesystem::temp_directory_path() / "streamrecorder-torture" / "faults").string();
};

/// Kept beside the results, so that a number means the same strike the next time.
Census census_for(const FaultsOptions& options, const Media& media) {
  const std::string path = options.results.empty() ? "" : options.results + ".census";
  Census census;
  std::ifstream kept(path);
  for (std::string line; std::getline(kept, line);) {
    const auto columns = columns_of(line);
    if (columns.size() == 2) census[columns[1]] = std::stoull(columns[0]);
  }
  if (!census.empty()) return census;
  census = take_census(std::filesystem::path(options.folder) / "census", media);
  if (path.empty()) return census;
  for (const auto& [call, count] : census) add_line(path, fmt::format("{}\t{}", count, call));
  return census;
}

/// A line: number, strike, calls that failed, ends, seconds until recorded again, alerts, faults ("-" =
/// none).
std::string line_of(unsigned number, const Strike& strike, const FaultResult& result) {
  return fmt::format("{}\t{}\t{}\t{}\t{:.1f}\t{}\t{}", number, text_of(strike), result.struck, result.ended,
                     result.back_seconds, result.alerts, told_faults(result.faults));
}

class Strikes {
 public:
  explicit Strikes(const FaultsOptions& options) : options_(options), media_(make_media(options.brief)) {
    if (options_.only.empty()) census_ = census_for(options_, media_);
    std::ifstream before(options_.results);
    for (std::string line; options_.only.empty() && std::getline(before, line);) add(line);
  }

  int run() {
    if (options_.only.empty() && census_.empty()) return 1;
    const std::set<unsigned> played = known_;
    play_rounds(options_.at_once, [&](unsigned turn) {
      const auto strike = next(turn);
      if (!strike) return false;
      const unsigned number = options_.seed + turn;
      if (played.contains(number)) return true;
      const auto result = fault_round(std::filesystem::path(options_.folder) / fmt::format("{}", number),
                                      media_, {number, post_mode(number)}, *strike);
      const std::string line = line_of(number, *strike, result);
      const std::scoped_lock lock(mutex_);
      add_line(options_.results, line);
      add(line);
      fmt::print("{}\n", line);
      std::fflush(stdout);
      return true;
    });
    return sum_up();
  }

 private:
  std::optional<Strike> next(unsigned turn) {
    if (!options_.only.empty())
      return turn < options_.only.size() ? strike_of(options_.only[turn]) : std::nullopt;
    if (turn >= static_cast<unsigned>(options_.strikes)) return std::nullopt;
    return draw_strike(census_, options_.seed + turn);
  }

  void add(const std::string& line) {
    const auto fields = columns_of(line);
    if (fields.size() != 7) return;
    known_.insert(static_cast<unsigned>(std::stoul(fields[0])));
    classes_.insert(fields[1].substr(0, fields[1].find('|')));
    if (fields[2] == "0") ++unreached_;
    ends_ += fields[3] == "0" ? 0 : 1;
    longest_ = std::max(longest_, std::stod(fields[4]));
    if (fields[6] != "-") ++wrong_;
  }

  int sum_up() const {
    fmt::print(
        "{} strikes of {} classes of calls, {} of them not reached; in {} the program ended with a word and "
        "was "
        "started again; recorded again after {:.1f} s at the longest; {} wrong\n",
        known_.size(), classes_.size(), unreached_, ends_, longest_, wrong_);
    if (wrong_ > 0) fmt::print("what is wrong was kept in {}\n", options_.folder);
    return wrong_ == 0 && !known_.empty() ? 0 : 1;
  }

  FaultsOptions options_;
  Media media_;
  Census census_{};
  std::mutex mutex_{};
  std::set<unsigned> known_{};
  std::set<std::string> classes_{};
  int unreached_ = 0, ends_ = 0, wrong_ = 0;
  double longest_ = 0;
};

}  // namespace

void add_faults_command(CLI::App& program, int& code) {
  auto* command = program.add_subcommand("faults", "calls to the disk that fail, one class after the other");
  const auto options = std::make_shared<FaultsOptions>();
  command->add_option("--n", options->strikes, "so many strikes; those in the results are not played again")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "number of the first one")->capture_default_str();
  command->add_option("--at-once", options->at_once, "played side by side")->capture_default_str();
  command->add_flag("--brief", options->brief, "broadcasts of half the usual length");
  command->add_option("--only", options->only, "this strike, as the results have it; may be repeated");
  command->add_option("--results", options->results, "a line a strike is added to it; \"\": none")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "where they are played; those that went wrong are kept")
      ->capture_default_str();
  command->callback([options, &code] { code = Strikes(*options).run(); });
}

}  // namespace rec::torture
