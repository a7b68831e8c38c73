#include "cli/record_post.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/last_line.hpp"
#include "base/log.hpp"
#include "base/private_file.hpp"
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

json::parse_options any_path() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // paths are bytes
  return options;
}

PostOptions options_of(const PostNote& note, const CommonOptions& common, const std::string& to) {
  PostOptions post;
  post.common = common;
  post.common.json = false;  // stdout is the recording's
  post.to = to;
  post.files = note.files;
  post.title = note.title;
  post.recording = note.recording;
  post.began = note.began;
  post.over = note.over;
  return post;
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
Task<> hand_over(PostedWhileMade needs, PostNote note, bool news) {
  const PostOptions options = options_of(note, needs.options.common, needs.options.to.value_or(""));
  json::object arguments = post_arguments(options);
  auto told = co_await ask_daemon(needs.clock, needs.data, "post", std::move(arguments));
  if (!told) co_return fail(std::move(told).error());
  if (*told && !**told) co_return fail(std::move(**told).error());
  if (*told || !news) co_return Result<void>();
  co_return co_await post_in_a_child(needs.options, needs.journal);
}

}  // namespace

std::string post_note_path(const std::string& journal) { return journal + ".post.json"; }

PostNote note_of(const session::Session& session, bool over) {
  PostNote note;
  note.recording = session.id.str();
  note.began = iso8601(session.started_at);
  note.title = session.title.empty() ? session.channel_name : session.title;
  note.over = over;
  for (const session::Part& part : session.parts) {
    if (part.state == session::PartState::sealed) break;
    if (part.state == session::PartState::failed) continue;
    for (const session::PartFile& file : all_files(part.file)) note.files.push_back(file.path);
  }
  return note;
}

Result<void> write_note(const std::string& journal, const PostNote& note) {
  const json::object object{{"recording", note.recording},
                            {"began", note.began},
                            {"title", note.title},
                            {"files", json::array(note.files.begin(), note.files.end())},
                            {"over", note.over}};
  return write_private_file(post_note_path(journal), json::serialize(object));
}

Result<std::optional<PostNote>> read_note(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::optional<PostNote>();
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  try {
    const json::value value = json::parse(text, {}, any_path());
    PostNote note;
    note.over = true;
    if (const json::value* of = value.as_object().if_contains("recording")) {
      note.recording = std::string(of->as_string());
      note.began = std::string(value.at("began").as_string());
      note.over = value.at("over").as_bool();
    }
    note.title = std::string(value.at("title").as_string());
    for (const json::value& one : value.at("files").as_array()) note.files.emplace_back(one.as_string());
    return std::optional(std::move(note));
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, path + ": cannot be read (" + error.what() + "); remove it");
  }
}

Task<> post_while_made(PostedWhileMade needs) {
  std::size_t known = 0;  // files that are handed over
  std::string trouble;
  SteadyTime spoken{};
  PostNote written;
  for (;;) {
    co_await needs.clock.sleep(kLookForParts);
    if (needs.app.model().sessions.empty()) continue;
    const PostNote note = note_of(needs.app.model().sessions.begin()->second, false);
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
  const session::Session& session = app.model().sessions.begin()->second;
  const PostNote note = note_of(session, true);
  if (session.phase != session::Phase::done || note.files.empty()) co_return Result<void>();
  auto write = [journal, note] { return write_note(journal, note); };
  co_return co_await run_on(chores, std::move(write));
}

int post_noted(const RecordOptions& options, const std::string& journal) {
  const std::string path = post_note_path(journal);
  const auto note = read_note(path);
  if (!note) return report(note.error());
  if (!*note || !(*note)->over) return kDone;
  const int code = post_command(options_of(**note, options.common, options.to.value_or("")));
  if (code == kDone) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::filesystem::remove(std::filesystem::path(path).parent_path(), ignored);  // only when it is empty
  }
  return code;
}

int post_noted_main(const std::string& note, const std::string& config, const std::string& to) {
  const auto read = read_note(note);
  if (!read) return report(read.error());
  if (!*read) return report({Errc::not_found, note + ": not there", {}});
  CommonOptions common;
  common.config = config;
  common.no_color = true;
  return post_command(options_of(**read, common, to));
}

}  // namespace rec::cli
