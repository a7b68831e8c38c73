// streamrecorder(1), made of the definitions of the commands.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/version.hpp"
#include "cli/command_tree.hpp"
#include "cli/completion.hpp"

namespace rec::cli {
namespace {

// What roff would read as an escape, a hyphen or a request.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\n') {
      out += ' ';
    } else {
      out += c;
    }
  }
  if (!out.empty() && (out.front() == '.' || out.front() == '\'')) out.insert(0, "\\&");
  return out;
}

bool is_common(const OptionEntry& option) {
  return option.name == "--config" || option.name == "--log-level" || option.name == "--no-color" ||
         option.name == "--help" || option.name == "--help-all";
}

std::string item(const OptionEntry& option) {
  std::string out = ".TP\n\\fB" + roff(option.name) + "\\fR";
  if (!option.takes.empty()) out += " \\fI" + roff(option.takes) + "\\fR";
  return out + "\n" + roff(option.about) + "\n";
}

std::string command_section(const CommandEntry& command) {
  std::string out = ".SS " + roff(fmt::format("{}", fmt::join(command.path, " ")));
  for (const OptionEntry& positional : command.positionals) out += " " + roff(positional.name);
  out += "\n" + roff(command.about) + ".\n";
  for (const OptionEntry& positional : command.positionals)
    if (!positional.about.empty()) out += item(positional);
  for (const OptionEntry& option : command.options)
    if (!is_common(option)) out += item(option);
  return out;
}

constexpr const char* kTail = R"(.SH EXIT STATUS
0 done, 1 failed, 2 usage, 3 partly done, 4 configuration, 5 a needed program or service is missing, 6 another
instance holds the data folder, 7 not signed in or not allowed, 8 disk full, 130 and 143 ended by signal.
.SH FILES
\fI./config.yaml\fR, \fI$XDG_CONFIG_HOME/streamrecorder/config.yaml\fR, \fI/etc/streamrecorder/config.yaml\fR: the
first that exists is used; \fBstreamrecorder config example\fR prints every key with its default.
.SH ENVIRONMENT
\fBNO_COLOR\fR switches colours off. Values of the configuration may be ${NAME}.
)";

}  // namespace

std::string man_page(const CLI::App& program) {
  const auto commands = command_tree(program);
  std::string out =
      fmt::format(".TH STREAMRECORDER 1 \"\" \"streamrecorder {}\" \"User Commands\"\n", kVersion);
  out += ".SH NAME\nstreamrecorder \\- records live streams and posts them to Telegram\n";
  out += ".SH SYNOPSIS\n\\fBstreamrecorder\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...]\n.SH COMMANDS\n";
  for (const CommandEntry& command : commands)
    if (!command.path.empty() && command.subcommands.empty()) out += command_section(command);
  out += ".SH OPTIONS OF ALL COMMANDS\n";
  for (const CommandEntry& command : commands) {
    if (command.path != std::vector<std::string>{"run"}) continue;
    for (const OptionEntry& option : command.options)
      if (is_common(option)) out += item(option);
  }
  return out + kTail;
}

}  // namespace rec::cli
