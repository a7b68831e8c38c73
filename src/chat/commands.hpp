// The commands of the group: which there are, who may give them, how they are written. Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "chat/command_line.hpp"

namespace rec::chat {

enum class Verb {
  help,
  whoami,
  confirm,  ///< a question that the door has asked
  status,
  source_list,
  source_info,
  source_add,
  source_remove,
  source_pause,
  source_resume,
  source_set,
  source_target,
  source_notes,
  source_tags,
  target_list,
  target_info,
  target_test,
  target_add,
  target_set,
  target_rename,
  target_remove,
  session_list,
  session_details,
  session_action,
  config_summary,
  config_elsewhere,  ///< what is done at the machine
};

struct Command {
  Verb verb{};
  std::string action{};                  ///< of session_action: "stop", "skip-upload", …
  std::vector<std::string> arguments{};  ///< what stands behind the command's own words
  std::map<std::string, std::string> settings{};
  bool confirmed = false;
  bool changes = false;   ///< only who may do everything may say it, and it is written down
  bool destroys = false;  ///< is asked about first
};

/// Why it is no command.
struct Misread {
  std::string usage{};  ///< how it is written, without the prefix; "" = there is no such command
};

/// The predecessor's words and those of the command line: `source add`, `channel add`, `add_source` is none,
/// `source_add` is; `_` and `-` are alike in the command's own words; a session's actions also stand alone.
tl::expected<Command, Misread> command_of(const CommandLine& line);

/// How each command of a group is written: "source", "target", "session" or "config".
std::vector<std::string> usages_of(std::string_view group);

}  // namespace rec::chat
