// `streamrecorder demo`: the whole pipeline, for real, on an embedded stream and simulated platforms.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <thread>

#include "cli/commands.hpp"
#include "cli/companion.hpp"
#include "cli/demo_recorder.hpp"
#include "cli/demo_stage.hpp"
#include "cli/demo_verdict.hpp"
#include "cli/exit_codes.hpp"
#include "cli/house.hpp"

namespace rec::cli {
namespace {

constexpr double kClearing = 20;  // seconds
constexpr double kPatience = 60;  // seconds after the end of the stream for everything to be posted

std::string schema_folder(const std::string& given, const std::string& tdlib) {
  if (!given.empty()) return given;
  const auto installed = std::filesystem::path(self_path()).parent_path() / "../share/streamrecorder/schema";
  if (std::filesystem::exists(installed)) return installed.lexically_normal().string();
  return (std::filesystem::path(tdlib).parent_path() / "../../@mtcute/tl").lexically_normal().string();
}

std::vector<double> kill_instants(const DemoOptions& options, const DemoScript& script) {
  const unsigned seed = options.seed != 0 ? options.seed : std::random_device{}();
  if (options.kills > 0) fmt::print("killing the recorder {} times, seed {}\n", options.kills, seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> when(0.5, script.ends() + script.grace_seconds + 2);
  std::vector<double> instants;
  for (int i = 0; i < options.kills; ++i) instants.push_back(when(random));
  std::ranges::sort(instants);
  return instants;
}

struct Seen {
  std::size_t videos = 0;
  bool done = false;
};

Seen look(const DemoStage& stage) {
  Seen seen;
  for (const auto& post : stage.posts()) {
    if (!post.file.empty()) ++seen.videos;
    if (post.file.empty() && post.text.starts_with("✅")) seen.done = true;
  }
  return seen;
}

Result<DemoRun> perform(DemoStage& stage, DemoRecorder& recorder, std::vector<double> kills) {
  REC_CHECK(recorder.start());
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  DemoRun run;
  std::size_t videos = 0;
  while (elapsed() < stage.script().ends() + kPatience) {
    const double now = elapsed();
    const bool more = stage.play(now);
    if (!kills.empty() && now >= kills.front()) {
      kills.erase(kills.begin());
      ++run.kills;
      fmt::print("{:6.1f} s  kill -9, and start again\n", now);
      recorder.kill9();
      REC_CHECK(recorder.start());
    }
    if (recorder.gone()) return fail(Errc::unavailable, "the recorder ended by itself; see recorder.stderr");
    const Seen seen = look(stage);
    if (seen.videos > videos) {
      videos = seen.videos;
      fmt::print("{:6.1f} s  part {} is on Telegram\n", now, videos);
      run.last_post_after_end = now - stage.script().ends();
    }
    if (!more && seen.done && kills.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  // What is left is clearing away, and to commit that it is done.
  for (const double posted = elapsed(); files_are_left(stage) && elapsed() < posted + kClearing;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
  run.exit_code = recorder.stop();
  return run;
}

int demo_in(const std::filesystem::path& folder, const DemoOptions& options, bool temporary) {
  if (const auto there = check_media_program(); !there) return report(there.error(), kMissingProgram);
  const std::string tdlib = find_tdlib(options.tdlib);
  if (tdlib.empty()) {
    return report({Errc::not_found, "libtdjson.so is missing; run tools/bootstrap, or give --tdlib", {}},
                  kMissingProgram);
  }
  auto stage = DemoStage::open(folder, tdlib, schema_folder(options.schema, tdlib));
  if (!stage)
    return report(stage.error(),
                  stage.error().code == Errc::not_found ? kMissingProgram : exit_code(stage.error()));
  const auto config = (*stage)->write_config();
  if (!config) return report(config.error());
  fmt::print(
      "streamrecorder demo: {} frames of live video, simulated Twitch and Telegram, the real program\n",
      (*stage)->frames());
  DemoRecorder recorder(self_path(), *config);
  auto run = perform(**stage, recorder, kill_instants(options, (*stage)->script()));
  if (!run) return report(run.error());
  const DemoVerdict verdict = judge_demo(**stage, *run);
  fmt::print("\n{}\n", verdict.table);
  for (const std::string& fault : verdict.faults) fmt::print("  WRONG: {}\n", fault);
  if (!verdict.faults.empty()) {
    fmt::print("\nNot as it must be. Everything is kept in {}\n", folder.string());
    return kFailed;
  }
  fmt::print("All as it must be: every frame that was served is on Telegram once, in order.\n");
  if (!temporary) return kDone;
  stage->reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return kDone;
}

}  // namespace

int demo_command(const DemoOptions& options) {
  const bool temporary = options.folder.empty();
  const std::filesystem::path folder = std::filesystem::absolute(
      temporary ? std::filesystem::temp_directory_path() / ("streamrecorder-demo-" + std::to_string(getpid()))
                : std::filesystem::path(options.folder));
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return report(errno_error(error.value(), "creating " + folder.string()));
  return demo_in(folder, options, temporary);
}

}  // namespace rec::cli
