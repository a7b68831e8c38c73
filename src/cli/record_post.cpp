#include "cli/record_post.hpp"

#include <unistd.h>

#include <filesystem>

#include <boost/json.hpp>

#include "base/json_bytes.hpp"
#include "base/last_line.hpp"
#include "base/log.hpp"
#include "base/private_file.hpp"
#include "base/whole_file.hpp"
#include "cli/ask_program.hpp"
#include "cli/companion.hpp"
#include "cli/exit_codes.hpp"
#include "runtime/subprocess.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLookForParts{1};
/// Often enough that whoever has the post knows that more may come (kPostSpokenOf), and for what failed.
constexpr std::chrono::seconds kSpeakAgain{30};
constexpr std::chrono::hours kLongestPost{24 * 365};

std::string target_of(const RecordOptions& options) { return target_name(options.to.value_or("")); }

/// Of the app's session.
FilePost note_of_app(const App& app, bool over) {
  const auto& [id, session] = *app.model().sessions.begin();
  const auto gaps = app.model().gaps.find(id);
  return note_of(session, gaps == app.model().gaps.end() ? std::vector<Gap>() : gaps->second, over);
}

/// The configuration may be made of variables.
std::vector<std::string> whole_environment() {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) all.emplace_back(*one);
  return all;
}

Task<> post_in_a_child(RecordOptions options, std::string journal) {
  ChildRequest child;
  child.argv = {self_path(), "post-noted", post_note_path(journal), options.common.config,
                options.to.value_or("")};
  child.extra_environment = whole_environment();
  child.timeout = kLongestPost;
  REC_CO_TRY(const ChildResult ended, co_await run_child(std::move(child)));
  if (ended.exit_code == kDone) co_return Result<void>();
  co_return fail(Errc::unavailable, last_line_of(ended.err));
}

/// `news`: there is a part that nobody has been told of.
Task<> hand_over(PostedWhileMade needs, FilePost note, bool news) {
  note.target = target_of(needs.options);
  json::object arguments = arguments_of(note);
  auto told = co_await ask_daemon(needs.clock, needs.data, "post", std::move(arguments));
  if (!told) co_return fail(std::move(told).error());
  if (*told && !**told) co_return fail(std::move(**told).error());
  if (*told || !news) co_return Result<void>();
  co_return co_await post_in_a_child(needs.options, needs.journal);
}

}  // namespace

std::string post_note_path(const std::string& journal) { return journal + ".post.json"; }

FilePost note_of(const session::Session& session, const std::vector<Gap>& gaps, bool over) {
  FilePost note;
  note.recording = session.id.str();
  note.began = session.started_at;
  note.title = session.title.empty() ? session.channel_name : session.title;
  if (!session.title.empty()) note.channel = session.channel_name;
  note.over = over;
  for (const session::Part& part : session.parts) {
    if (part.state == session::PartState::sealed) break;
    if (part.state == session::PartState::failed) continue;
    for (Gap gap : gaps_within(session, part, gaps)) {
      gap.take = static_cast<std::uint32_t>(note.files.size()) + 1;
      note.gaps.push_back(gap);
    }
    for (const session::PartFile& file : all_files(part.file)) note.files.push_back(file.path);
  }
  return note;
}

Result<void> write_note(const std::string& journal, const FilePost& note) {
  return write_private_file(post_note_path(journal), json::serialize(arguments_of(note)));
}

Result<std::optional<FilePost>> read_note(const std::string& path) {
  const auto text = whole_file(path);
  if (!text && text.error().code == Errc::not_found) return std::optional<FilePost>();
  if (!text) return fail(text.error());
  const auto unreadable = [&path](const std::string& why) {
    return fail(Errc::corrupt, path + ": cannot be read (" + why + "); remove it");
  };
  try {
    auto note = file_post_from(json_of_bytes(*text).as_object());
    if (!note) return unreadable(note.error().text);
    return std::optional(*std::move(note));
  } catch (const std::exception& error) {
    return unreadable(error.what());
  }
}

Task<> post_while_made(PostedWhileMade needs) {
  std::size_t known = 0;  // files that are handed over
  std::string trouble;
  SteadyTime spoken{};
  FilePost written;
  for (;;) {
    co_await needs.clock.sleep(kLookForParts);
    if (needs.app.model().sessions.empty()) continue;
    const FilePost note = note_of_app(needs.app, false);
    const bool news = note.files.size() > known;
    const bool waits = !news || !trouble.empty();
    if (note.files.empty() || (waits && needs.clock.steady() - spoken < kSpeakAgain)) continue;
    if (note != written) {
      auto write = [journal = needs.journal, note] { return write_note(journal, note); };
      REC_CO_CHECK(co_await run_on(needs.chores, std::move(write)));
      written = note;
    }
    const auto told = co_await hand_over(needs, note, news);
    spoken = needs.clock.steady();
    if (told) known = note.files.size();
    const std::string now = told ? "" : told.error().text;
    if (!now.empty() && now != trouble) log::warn("post.waits", {{"error", now}});
    trouble = now;
  }
}

// By the same worker as all notes before: one that is still being written comes first.
Task<> note_the_end(const App& app, Worker& chores, std::string journal) {
  if (app.model().sessions.empty()) co_return Result<void>();
  const FilePost note = note_of_app(app, true);
  const bool done = app.model().sessions.begin()->second.phase == session::Phase::done;
  if (!done || note.files.empty()) co_return Result<void>();
  auto write = [journal, note] { return write_note(journal, note); };
  co_return co_await run_on(chores, std::move(write));
}

int post_noted(const RecordOptions& options, const std::string& journal) {
  const std::string path = post_note_path(journal);
  auto note = read_note(path);
  if (!note) return report(note.error());
  if (!*note || !(*note)->over) return kDone;
  (*note)->target = target_of(options);
  CommonOptions common = options.common;
  common.json = false;  // stdout is the recording's
  const int code = post_noted_files(common, **note);
  if (code == kDone) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::filesystem::remove(std::filesystem::path(path).parent_path(), ignored);  // only when it is empty
  }
  return code;
}

int post_noted_main(const std::string& note, const std::string& config, const std::string& to) {
  auto read = read_note(note);
  if (!read) return report(read.error());
  if (!*read) return report({Errc::not_found, note + ": not there", {}});
  (*read)->target = target_name(to);
  CommonOptions common;
  common.config = config;
  common.no_color = true;
  return post_noted_files(common, **read);
}

}  // namespace rec::cli
