#include "fault_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "shimmed_program.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::torture {
namespace {

using FaultClock = std::chrono::steady_clock;

constexpr double kFaultPatience = 180;  // seconds behind the end of the broadcasts
constexpr double kRecordsAgainWithin = 30;
// What passes within eight seconds is nobody's business; this long an alert must have come.
constexpr double kMustBeTold = 15;

double gone_by(FaultClock::time_point start) {
  return std::chrono::duration<double>(FaultClock::now() - start).count();
}

std::string text_in_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::uint64_t bytes_of_indexes(const std::filesystem::path& home) {
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(home / "data" / "segments", gone)) {
    const auto size = std::filesystem::file_size(entry.path() / "index.bin", gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

/// What was told of each incident: begun, over.
std::map<std::string, std::array<int, 2>> incidents_in(const std::string& log) {
  std::map<std::string, std::array<int, 2>> all;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    for (const std::size_t which : {0U, 1U}) {
      const std::string event = which == 0 ? " incident.begun incident=" : " incident.over incident=";
      const auto at = line.find(event);
      if (at == std::string::npos) continue;
      const auto from = at + event.size();
      ++all[line.substr(from, line.find(' ', from) - from)][which];
    }
  }
  return all;
}

/// It has no end that could be told, or is none of the disk's.
bool has_no_end(const std::string& incident) {
  return incident.starts_with("program.came_back") || incident.starts_with("gap:") ||
         incident.starts_with("ytdlp:") || incident.starts_with("ffmpeg:");
}

class FaultRound {
 public:
  FaultRound(const std::filesystem::path& folder, const Media& media, RoundPlan plan, Strike strike)
      : stage_(folder, media, plan),
        program_(folder, stage_.home(), stage_.write_config()),
        strike_(std::move(strike)),
        all_clears_(media.script.all_clears) {}

  FaultResult run(bool census) {
    std::vector<std::string> orders = strike_.orders();
    if (census) orders = {"REC_DISK_CENSUS=" + program_.census().string()};
    begin(orders);
    bool done = false;
    while (!done && result_.faults.empty() && gone_by(start_) < stage_.ends() + kFaultPatience) {
      const bool more = stage_.play(gone_by(start_));
      watch_strike();
      if (program_.recorder().gone()) {
        note_end();
        std::this_thread::sleep_for(std::chrono::seconds(2));  // as a service manager would
        if (result_.faults.empty()) begin(orders);
      }
      done = !more && stage_.looks_done() && (result_.struck == 0 || cured_at_ >= 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    settle();
    judge();
    return std::move(result_);
  }

 private:
  void begin(const std::vector<std::string>& orders) {
    if (const auto started = program_.start(orders); !started)
      result_.faults.push_back("not started: " + started.error().text);
  }

  void watch_strike() {
    result_.struck = program_.control().struck;
    if (result_.struck == 0) return;
    if (struck_at_ < 0) struck_at_ = gone_by(start_);
    if (cured_at_ < 0 && gone_by(start_) >= struck_at_ + (strike_.lasts() ? strike_.seconds : 0)) {
      program_.control().cured = 1;
      cured_at_ = gone_by(start_);
      recorded_ = bytes_of_indexes(stage_.home());
      was_on_air_ = stage_.on_air();
      look_for_half_files();
    }
    if (cured_at_ < 0 || result_.back_seconds >= 0 || !was_on_air_) return;
    if (bytes_of_indexes(stage_.home()) > recorded_) result_.back_seconds = gone_by(start_) - cured_at_;
  }

  /// What bears a part's name is whole.
  void look_for_half_files() {
    std::error_code gone;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(stage_.home() / "recordings", gone)) {
      const auto& path = entry.path();
      if (path.extension() != ".mp4" || sim::read_frame_numbers(path.string())) continue;
      if (std::filesystem::exists(path)) result_.faults.push_back(path.string() + " is half a file");
    }
  }

  void note_end() {
    ++result_.ended;
    const int code = program_.recorder().stop();
    const std::string said = text_in_file(stage_.home() / "recorder.stderr");
    const auto line = said.rfind("streamrecorder: ");
    if (program_.control().struck == 0)
      result_.faults.push_back(fmt::format("ended by itself, with {}", code));
    else if (code >= 128 || code <= 0)
      result_.faults.push_back(fmt::format("ended with {}", code));
    else if (line == std::string::npos)
      result_.faults.emplace_back("ended without a word");
    if (result_.ended > 60) result_.faults.emplace_back("ends again and again");
  }

  [[nodiscard]] bool all_clear() const {
    return std::ranges::all_of(
        incidents_in(text_in_file(stage_.home() / "recorder.stderr")),
        [](const auto& one) { return has_no_end(one.first) || one.second[1] >= one.second[0]; });
  }

  void settle() {
    const auto posted = FaultClock::now();
    const auto wait = [this] {  // what is removed at the very end may be struck, too
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      watch_strike();
    };
    while (gone_by(posted) < 60 && !stage_.faults().empty()) wait();
    while (all_clears_ && gone_by(posted) < 120 && !all_clear()) wait();
    watch_strike();
  }

  void judge() {
    if (!program_.recorder().gone() && program_.recorder().stop() != 143)
      result_.faults.emplace_back("the program did not end in good order");
    for (auto& fault : stage_.faults()) result_.faults.push_back(std::move(fault));
    if (result_.back_seconds > kRecordsAgainWithin)
      result_.faults.push_back(fmt::format("recorded again after {:.1f} s", result_.back_seconds));
    bool refusal_told = false;
    for (const auto& [incident, told] : incidents_in(text_in_file(stage_.home() / "recorder.stderr"))) {
      if (!has_no_end(incident)) ++result_.alerts;
      refusal_told = refusal_told || incident.starts_with("disk.refuses");
      if (told[0] != 1) result_.faults.push_back(fmt::format("{} was told {} times", incident, told[0]));
      if (all_clears_ && !has_no_end(incident) && told[1] != 1)
        result_.faults.push_back(fmt::format("{}: {} all-clears", incident, told[1]));
    }
    const bool of_segments = strike_.call.find(" data/segments/*/") != std::string::npos &&
                             (strike_.call.starts_with("write") || strike_.call.starts_with("sync"));
    if (of_segments && was_on_air_ && strike_.lasts() && strike_.seconds >= kMustBeTold && !refusal_told)
      result_.faults.emplace_back("nobody was told that the disk refuses");
  }

  Stage stage_;
  ShimmedProgram program_;
  Strike strike_;
  bool all_clears_;
  FaultClock::time_point start_ = FaultClock::now();
  double struck_at_ = -1, cured_at_ = -1;
  std::uint64_t recorded_ = 0;
  bool was_on_air_ = false;
  FaultResult result_{};
};

}  // namespace

FaultResult fault_round(const std::filesystem::path& folder, const Media& media, RoundPlan plan,
                        const Strike& strike) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  plan.log = "./recorder.log";  // its calls count, too
  FaultResult result = FaultRound(folder, media, plan, strike).run(false);
  std::error_code ignored;
  if (result.faults.empty()) std::filesystem::remove_all(folder, ignored);
  return result;
}

Census take_census(const std::filesystem::path& folder, const Media& media) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  RoundPlan plan;
  plan.log = "./recorder.log";
  const FaultResult result = FaultRound(folder, media, plan, {}).run(true);
  Census census;
  if (!result.faults.empty()) {
    for (const std::string& fault : result.faults) fmt::print(stderr, "without faults: {}\n", fault);
    return census;
  }
  std::ifstream lines(folder / "disk.census");
  for (std::string line; std::getline(lines, line);) ++census[line];
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return census;
}

}  // namespace rec::torture
