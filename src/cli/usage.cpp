#include "cli/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/config_units.hpp"
#include "cli/exit_codes.hpp"

namespace rec::cli {
namespace {

struct Meant {
  const CLI::App* command = nullptr;  ///< the innermost that is named
  std::string path = "streamrecorder";
  std::string unknown{};  ///< stands where one of its subcommands should; "" = nothing
};

std::vector<const CLI::App*> commands_of(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

Meant command_meant(const CLI::App& program, const std::vector<std::string>& words) {
  Meant meant{&program};
  for (const std::string& word : words) {
    const auto inner = commands_of(*meant.command);
    if (word.starts_with('-') || inner.empty()) break;
    const auto named = std::ranges::find(inner, word, [](const CLI::App* each) { return each->get_name(); });
    if (named == inner.end()) {
      meant.unknown = word;
      break;
    }
    meant.command = *named;
    meant.path += " " + word;
  }
  return meant;
}

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  return names;
}

/// A word that looks like an option and is none of the command's; "" = there is none such.
std::string unknown_option(const CLI::App& command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    const std::string name = word.substr(0, word.find('='));
    if (name.size() > 2 && name.starts_with("--") && command.get_option_no_throw(name) == nullptr)
      return name;
  }
  return "";
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

}  // namespace

std::string help_of(const CLI::App& program, const std::vector<std::string>& words) {
  const Meant meant = command_meant(program, words);
  const std::size_t last = meant.path.rfind(' ');
  return meant.command->help(last == std::string::npos ? "" : meant.path.substr(0, last));
}

int tell_usage(const CLI::App& program, const CLI::ParseError& error, const std::vector<std::string>& words) {
  if (error.get_exit_code() == 0) return program.exit(error) == 0 ? kDone : kUsage;
  const Meant meant = command_meant(program, words);
  const auto inner = commands_of(*meant.command);
  if (!meant.unknown.empty()) {
    const std::string near = units::nearest(meant.unknown, names_of(inner));
    fmt::print(stderr, "streamrecorder: there is no command \"{} {}\"{}\n", meant.path, meant.unknown,
               near.empty() ? "" : fmt::format("; did you mean {} {}?", meant.path, near));
  } else if (!inner.empty() && meant.path.ends_with(words.empty() ? "streamrecorder" : words.back())) {
    fmt::print(stderr, "{}", help_of(program, words));
    return kUsage;
  } else if (const std::string unknown = unknown_option(*meant.command, words); !unknown.empty()) {
    const std::string near = units::nearest(unknown, options_of(*meant.command));
    fmt::print(stderr, "streamrecorder: {} has no option {}{}\n", meant.path, unknown,
               near.empty() ? "" : "; did you mean " + near + "?");
  } else {
    fmt::print(stderr, "streamrecorder: {}\n", error.what());
  }
  fmt::print(stderr, "{} --help tells what there is\n", meant.path);
  return kUsage;
}

}  // namespace rec::cli
