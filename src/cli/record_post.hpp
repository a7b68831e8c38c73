// `record --to`: each part is posted as soon as it is made, by what `post` does, in a process of its own or
// the daemon; the recording neither waits for it nor holds Telegram's database. At the end the command posts
// what is left itself.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/app.hpp"
#include "base/result.hpp"
#include "cli/commands.hpp"

namespace rec::cli {

/// What there is to post of a recording: the parts that are made, in order, up to the first that is not yet.
FilePost note_of(const session::Session& session, const std::vector<Gap>& gaps, bool over);
/// The note lies beside the recording's journal and not in it: it outlives that, until all is posted.
std::string post_note_path(const std::string& journal);
/// Durable when it returns. Blocking.
Result<void> write_note(const std::string& journal, const FilePost& note);
/// Nothing: there is none. corrupt. Blocking.
Result<std::optional<FilePost>> read_note(const std::string& path);

/// Has each part of the app's session posted when it is made, until it is cancelled. `data` is the folder of
/// the program that has Telegram's database. Trouble is logged once, and tried again.
struct PostedWhileMade {
  const App& app;
  Clock& clock;
  Worker& chores;
  RecordOptions options;
  std::string journal{};
  std::string data{};
};
Task<> post_while_made(PostedWhileMade needs);

/// Writes down that the app's session has no more to come, if that is so, and there is something to post of
/// it.
Task<> note_the_end(const App& app, Worker& chores, std::string journal);

/// Posts what the note of a recording that is over says, and takes it away when that is done; the exit code
/// of `post`. 0 where there is none.
int post_noted(const RecordOptions& options, const std::string& journal);
/// The child that post_while_made() starts where no daemon runs: posts what the note says so far.
int post_noted_main(const std::string& note, const std::string& config, const std::string& to);

}  // namespace rec::cli
