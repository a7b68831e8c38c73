// `record --to`: what was recorded is posted when the recording is over.
#pragma once
#include <string>

#include "app/config.hpp"
#include "cli/commands.hpp"
#include "core/session.hpp"

namespace rec::cli {

/// Is there such a place to post to? Asked before anything is recorded. invalid: names what is missing.
Result<void> check_target(const Config& config, const std::string& target);

/// Beside the journal and not in it: it outlives it, until all is posted.
std::string post_note_path(const std::string& journal);
/// Writes down what is to be posted, durably. Nothing where no part was made.
Result<void> note_post(const std::string& journal, const session::Session& session);
/// Posts what a note says, if there is one, and takes it away when that is done; the exit code of `post`.
int post_noted(const RecordOptions& options, const std::string& journal);

}  // namespace rec::cli
