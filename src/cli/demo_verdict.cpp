#include "cli/demo_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/demo_media.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

// "frames 3, 4, 5 are missing", said once for a run of them.
std::vector<std::string> compare_frames(const std::vector<int>& got, int expected) {
  std::vector<std::string> faults;
  std::map<int, int> seen;
  for (const int frame : got) ++seen[frame];
  int missing = 0;
  int first_missing = -1;
  for (int frame = 0; frame < expected; ++frame) {
    if (seen.contains(frame)) continue;
    if (missing++ == 0) first_missing = frame;
  }
  if (missing > 0)
    faults.push_back(fmt::format("{} frames are missing, the first is {}", missing, first_missing));
  for (const auto& [frame, times] : seen) {
    if (frame < 0 || frame >= expected) {
      faults.push_back(fmt::format("{} frames are none that was served", times));
    } else if (times > 1) {
      faults.push_back(fmt::format("frame {} is there {} times", frame, times));
      break;
    }
  }
  if (!std::ranges::is_sorted(got)) faults.emplace_back("frames are out of order");
  return faults;
}

void judge_file(const sim::PostSnapshot& post, std::vector<int>& frames, std::vector<std::string>& faults) {
  const auto& file = post.file.front();
  if (!file.video || !file.supports_streaming)
    faults.push_back(fmt::format("post {} is no streamable video", post.id));
  if (file.duration <= 0 || file.width <= 0 || file.height <= 0 || !file.has_thumbnail) {
    faults.push_back(fmt::format("post {} lacks duration, size or thumbnail", post.id));
  }
  auto numbers = read_demo_frames(file.path.string());
  if (!numbers) {
    faults.push_back(fmt::format("post {} does not play: {}", post.id, numbers.error().text));
    return;
  }
  frames.insert(frames.end(), numbers->begin(), numbers->end());
}

struct Telegram {
  int parts = 0;
  int texts = 0;
  double seconds = 0;
};

Telegram judge_posts(const DemoStage& stage, std::vector<std::string>& faults) {
  Telegram telegram;
  std::vector<int> frames;
  const auto posts = stage.posts();
  const auto total = std::ranges::count_if(
      posts, [](const sim::PostSnapshot& post) { return !post.deleted && !post.file.empty(); });
  for (const auto& post : posts) {
    if (post.deleted) continue;
    if (post.file.empty()) {
      ++telegram.texts;
      continue;
    }
    ++telegram.parts;
    telegram.seconds += post.file.front().duration;
    const std::string expected = fmt::format("Part {}/{} ", telegram.parts, total);
    if (post.text.find(expected) == std::string::npos) {
      faults.push_back(fmt::format("post {} should be part {}: {}", post.id, telegram.parts, post.text));
    }
    judge_file(post, frames, faults);
  }
  if (telegram.texts != 1) faults.push_back(fmt::format("{} status messages, not one", telegram.texts));
  for (auto& fault : compare_frames(frames, stage.frames())) faults.push_back(std::move(fault));
  return telegram;
}

std::string gap_text(const std::vector<Gap>& gaps) {
  if (gaps.empty()) return "none";
  std::string text = std::to_string(gaps.size());
  for (const Gap& gap : gaps) {
    text +=
        fmt::format(", {:.1f} s {}", std::chrono::duration<double>(gap.duration).count(), word(gap.cause));
  }
  return text;
}

bool holds_files(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored)) {
    if (entry.is_regular_file()) return true;
  }
  return false;
}

}  // namespace

bool files_are_left(const DemoStage& stage) {
  return holds_files(stage.folder() / "recordings") || holds_files(stage.folder() / "data" / "segments");
}

DemoVerdict judge_demo(const DemoStage& stage, const DemoRun& run) {
  DemoVerdict verdict;
  const Telegram telegram = judge_posts(stage, verdict.faults);
  double detection = -1;
  std::size_t stored_parts = 0;
  std::vector<session::Session> sessions;
  std::vector<Gap> gaps;
  if (auto store = SqliteStore::open((stage.folder() / "data" / "state.db").string())) {
    if (auto history = (*store)->history(10)) sessions = *std::move(history);
    if (!sessions.empty()) gaps = (*store)->gaps(sessions[0].id).value_or(std::vector<Gap>{});
    if (auto left = (*store)->load(); left && !(left->sessions.empty() && left->outbox.empty())) {
      verdict.faults.push_back(fmt::format("{} sessions and {} effects are unfinished", left->sessions.size(),
                                           left->outbox.size()));
    }
  }
  if (sessions.size() != 1)
    verdict.faults.push_back(fmt::format("{} sessions are in the history, not one", sessions.size()));
  if (!sessions.empty()) {
    detection = static_cast<double>(unix_ms(sessions[0].started_at) - unix_ms(stage.live_at())) / 1000;
    stored_parts = sessions[0].parts.size();
  }
  if (stored_parts != static_cast<std::size_t>(telegram.parts)) {
    verdict.faults.push_back(fmt::format("{} parts were made and {} posted", stored_parts, telegram.parts));
  }
  if (gaps.size() != 1 || gaps[0].cause != GapCause::offline) {
    verdict.faults.emplace_back("there should be one gap, the drop");
  }
  if (telegram.parts < 2) verdict.faults.emplace_back("there should be several parts");
  if (files_are_left(stage)) {
    verdict.faults.emplace_back("files were left behind");
  }
  if (run.exit_code != 143)
    verdict.faults.push_back(fmt::format("the recorder's exit code is {}, not 143", run.exit_code));

  const auto row = [&](const char* what, const std::string& value) {
    verdict.table += fmt::format("  {:<28}{}\n", what, value);
  };
  row("detected after", fmt::format("{:.1f} s", detection));
  row("recorded", fmt::format("{:.1f} s of {:.1f} s", telegram.seconds, stage.frames() / 25.0));
  row("frames", fmt::format("{} served, {}", stage.frames(),
                            verdict.faults.empty() ? "each posted once, in order" : "see below"));
  row("gaps", gap_text(gaps));
  row("parts", std::to_string(stored_parts));
  row("uploaded", fmt::format("{:.2f} MB", static_cast<double>(stage.bytes_uploaded()) / 1e6));
  row("posts", fmt::format("{} videos, {} status", telegram.parts, telegram.texts));
  row("end of stream to last post",
      fmt::format("{:.1f} s (grace {} s)", run.last_post_after_end, stage.script().grace_seconds));
  if (run.kills > 0) row("killed and started again", fmt::format("{} times", run.kills));
  return verdict;
}

}  // namespace rec::cli
