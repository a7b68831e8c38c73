#include "soak.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/demo_recorder.hpp"
#include "process_look.hpp"
#include "results.hpp"
#include "soak_stage.hpp"

namespace rec::torture {
namespace {

using Seconds = std::chrono::duration<double>;

struct SoakOptions {
  double minutes = 60;
  int channels = 20;
  unsigned seed = 1;
  std::string results = "build/torture/soak.tsv";
  std::string folder = std::filesystem::temp_directory_path() / "streamrecorder-soak";
};

/// What is looked at once a minute.
struct Sample {
  double minute = 0;
  std::int64_t memory_kb = 0, descriptors = 0;     ///< of the program itself
  std::int64_t host_kb = 0, host_descriptors = 0;  ///< of its TDLib
  std::int64_t store = 0, beside = 0;  ///< bytes: state.db with its log; what else lies in the data folder,
                                       ///< Telegram's database and segments apart
  std::int64_t telegram = 0;
  int live = 0, broadcasts = 0;
  std::size_t posts = 0;
};

constexpr const char* kHeader =
    "minute\tmemory_kb\tdescriptors\thost_kb\thost_descriptors\tstore_bytes\tbeside_bytes\ttelegram_bytes\t"
    "live\tbroadcasts\tposts";

std::string line_of(const Sample& s) {
  return fmt::format("{:.1f}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", s.minute, s.memory_kb, s.descriptors,
                     s.host_kb, s.host_descriptors, s.store, s.beside, s.telegram, s.live, s.broadcasts,
                     s.posts);
}

Sample look(pid_t pid, const std::filesystem::path& data, const SoakStage& stage, double minute) {
  Sample sample;
  sample.minute = minute;
  sample.memory_kb = memory_kb(pid);
  sample.descriptors = descriptors(pid);
  for (const ChildLook& child : children_of(pid)) {
    if (child.command.find("tdlib-host") == std::string::npos) continue;
    sample.host_kb = memory_kb(child.pid);
    sample.host_descriptors = descriptors(child.pid);
  }
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(data, gone)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file(gone)) {
      const auto bytes = static_cast<std::int64_t>(entry.file_size(gone));
      (name.starts_with("state.db") ? sample.store : sample.beside) += gone ? 0 : bytes;
    } else if (name == "telegram") {
      sample.telegram = bytes_in(entry.path());
    }
  }
  sample.live = stage.live();
  sample.broadcasts = stage.broadcasts();
  sample.posts = stage.posts();
  return sample;
}

template <class Member>
std::int64_t median(const std::vector<Sample>& samples, std::size_t from, std::size_t count, Member member) {
  std::vector<std::int64_t> values;
  for (std::size_t i = from; i < from + count; ++i) values.push_back(samples.at(i).*member);
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

/// The middle of the last fifth against that of the first fifth after the warm-up (a quarter of the time).
class Growth {
 public:
  explicit Growth(const std::vector<Sample>& samples)
      : samples_(samples), warm_(samples.size() / 4), count_(std::max<std::size_t>(1, samples.size() / 5)) {}
  template <class Member>
  [[nodiscard]] std::int64_t first(Member member) const {
    return median(samples_, warm_, count_, member);
  }
  template <class Member>
  [[nodiscard]] std::int64_t last(Member member) const {
    return median(samples_, samples_.size() - count_, count_, member);
  }
  template <class Member>
  [[nodiscard]] std::int64_t of(Member member) const {
    return last(member) - first(member);
  }

 private:
  const std::vector<Sample>& samples_;
  std::size_t warm_, count_;
};

/// A store keeps what was recorded: so many bytes a broadcast may stay.
constexpr std::int64_t kBytesABroadcast = 8192;

std::vector<std::string> judge(const std::vector<Sample>& samples) {
  std::vector<std::string> faults;
  if (samples.size() < 5) return faults;
  const Growth growth(samples);
  const auto expect = [&](const char* what, std::int64_t grown, std::int64_t most) {
    fmt::print("{}: {:+}, at most {:+}\n", what, grown, most);
    if (grown > most) faults.push_back(fmt::format("{} grew by {}", what, grown));
  };
  const auto broadcasts =
      std::max<std::int64_t>(1, samples.back().broadcasts - samples.at(samples.size() / 4).broadcasts);
  expect("memory of the program, KB", growth.of(&Sample::memory_kb),
         4096 + growth.first(&Sample::memory_kb) / 20);
  expect("its descriptors", growth.of(&Sample::descriptors), 12);
  expect("memory of TDLib, KB", growth.of(&Sample::host_kb), 32'768);
  expect("its descriptors", growth.of(&Sample::host_descriptors), 8);
  expect("the store, bytes", growth.of(&Sample::store), 1'048'576 + kBytesABroadcast * broadcasts);
  expect("other files, bytes", growth.of(&Sample::beside), 1'048'576);
  return faults;
}

/// Samples go to the file as they are taken.
std::vector<Sample> observe(const SoakOptions& options, SoakStage& stage, cli::DemoRecorder& recorder,
                            std::vector<std::string>& faults) {
  std::vector<Sample> samples;
  const auto start = std::chrono::steady_clock::now();
  const auto passed = [&] { return Seconds(std::chrono::steady_clock::now() - start).count(); };
  const double every = std::min(60.0, options.minutes * 60 / 10);
  while (passed() < options.minutes * 60) {
    stage.play(passed(), false);
    if (recorder.gone()) {
      faults.emplace_back("the program ended by itself");
      return samples;
    }
    if (passed() >= every * static_cast<double>(samples.size() + 1)) {
      samples.push_back(
          look(recorder.pid(), std::filesystem::path(options.folder) / "data", stage, passed() / 60));
      add_line(options.results, line_of(samples.back()));
      fmt::print("{}\n", line_of(samples.back()));
      std::fflush(stdout);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  for (const double ends = passed(); passed() < ends + 400 && !stage.is_done();) {
    stage.play(passed(), true);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  return samples;
}

int soak(const SoakOptions& options) {
  std::filesystem::remove_all(options.folder);
  std::filesystem::create_directories(options.folder);
  add_line(options.results, fmt::format("# {} channels, {} minutes, seed {}", options.channels,
                                        options.minutes, options.seed));
  add_line(options.results, kHeader);
  SoakStage stage(options.folder, options.channels, options.seed);
  cli::DemoRecorder recorder(REC_BINARY, stage.write_config());
  std::vector<std::string> faults;
  if (const auto started = recorder.start(); !started) {
    fmt::print("{}\n", started.error().text);
    return 1;
  }
  const auto samples = observe(options, stage, recorder, faults);
  if (recorder.stop() != 143) faults.emplace_back("the program did not end in good order");
  for (auto& fault : judge(samples)) faults.push_back(std::move(fault));
  for (auto& fault : stage.faults()) faults.push_back(std::move(fault));
  std::string said = faults.empty() ? "flat, and all posted" : "WRONG:";
  for (const auto& fault : faults) said += " " + fault + ";";
  const std::string last = fmt::format("# {} broadcasts, {} segments, {} posts: {}", stage.broadcasts(),
                                       stage.segments(), stage.posts(), said);
  fmt::print("{}\n", last);
  add_line(options.results, last);
  std::error_code ignored;
  if (faults.empty()) std::filesystem::remove_all(options.folder, ignored);
  return faults.empty() ? 0 : 1;
}

}  // namespace

void add_soak(CLI::App& program, int& code) {
  auto options = std::make_shared<SoakOptions>();
  auto* command = program.add_subcommand("soak", "channels come and go; what the program takes meanwhile");
  command->add_option("--minutes", options->minutes, "how long")->capture_default_str();
  command->add_option("--channels", options->channels, "how many")->capture_default_str();
  command->add_option("--seed", options->seed, "of when they come and go")->capture_default_str();
  command->add_option("--results", options->results, "a line a sample is added to it; \"\": none")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "where it is played; kept when something is wrong")
      ->capture_default_str();
  command->callback([options, &code] { code = soak(*options); });
}

}  // namespace rec::torture
