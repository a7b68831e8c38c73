#include "cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command_tree.hpp"

namespace rec::cli {
namespace {

// In single quotes for sh, bash and zsh; fish reads the same.
std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::vector<std::string> words_of(const CommandEntry& command) {
  std::vector<std::string> words = command.subcommands;
  for (const OptionEntry& option : command.options) words.push_back(option.name);
  for (const OptionEntry& positional : command.positionals)
    words.insert(words.end(), positional.values.begin(), positional.values.end());
  return words;
}

bool wants_files(const CommandEntry& command) {
  for (const OptionEntry& positional : command.positionals)
    if (positional.file) return true;
  return false;
}

// One table for bash and zsh: the command typed so far, what may follow, and what each option takes.
std::string bash(const std::vector<CommandEntry>& commands) {
  std::string words;
  std::string values;
  std::string paths;
  for (const CommandEntry& command : commands) {
    const std::string path = fmt::format("{}", fmt::join(command.path, " "));
    words += fmt::format("    {}) words={} files={} ;;\n", shell_word(path),
                         shell_word(fmt::format("{}", fmt::join(words_of(command), " "))),
                         wants_files(command) ? 1 : 0);
    if (!path.empty()) paths += fmt::format("|{}", shell_word(path));
    for (const OptionEntry& option : command.options) {
      if (option.takes.empty()) continue;
      const std::string key = shell_word(path + " " + option.name);
      values +=
          fmt::format("    {}) takes=1 words={} files={} ;;\n", key,
                      shell_word(fmt::format("{}", fmt::join(option.values, " "))), option.file ? 1 : 0);
    }
  }
  return fmt::format(R"(# bash completion of streamrecorder
_streamrecorder() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} path='' words='' files=0 takes=0 i next word
  for ((i = 1; i < COMP_CWORD; ++i)); do
    next="${{path:+$path }}${{COMP_WORDS[i]}}"
    case $next in
    {}) path=$next ;;
    esac
  done
  case "$path $before" in
{}  esac
  if ((takes == 0)); then
    case $path in
{}    esac
  fi
  # Without mapfile, which zsh does not have.
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
  if ((files == 1)); then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  fi
}}
complete -o filenames -F _streamrecorder streamrecorder
)",
                     paths.empty() ? "''" : paths.substr(1), values, words);
}

std::string zsh(const std::vector<CommandEntry>& commands) {
  return "#compdef streamrecorder\nautoload -U +X bashcompinit && bashcompinit\n" + bash(commands);
}

std::string fish(const std::vector<CommandEntry>& commands) {
  std::string out = "# fish completion of streamrecorder\ncomplete -c streamrecorder -f\n";
  for (const CommandEntry& command : commands) {
    std::string when;
    if (command.path.empty()) {
      when = "__fish_use_subcommand";
    } else {
      for (const std::string& word : command.path)
        when += (when.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
    }
    for (const std::string& sub : command.subcommands) {
      auto path = command.path;
      path.push_back(sub);
      for (const CommandEntry& below : commands)
        if (below.path == path)
          out += fmt::format("complete -c streamrecorder -n {} -a {} -d {}\n", shell_word(when),
                             shell_word(sub), shell_word(below.about));
    }
    for (const OptionEntry& each : command.positionals) {
      const std::string place = "complete -c streamrecorder -n " + shell_word(when);
      if (each.file) out += place + " -F\n";
      if (!each.values.empty())
        out += place + " -a " + shell_word(fmt::format("{}", fmt::join(each.values, " "))) + "\n";
    }
    for (const OptionEntry& option : command.options) {
      std::string line = fmt::format("complete -c streamrecorder -n {} -l {} -d {}", shell_word(when),
                                     shell_word(option.name.substr(2)), shell_word(option.about));
      if (!option.takes.empty()) line += option.file ? " -r -F" : " -x";
      if (!option.values.empty())
        line += " -a " + shell_word(fmt::format("{}", fmt::join(option.values, " ")));
      out += line + "\n";
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& program, const std::string& shell) {
  const auto commands = command_tree(program);
  if (shell == "bash") return bash(commands);
  if (shell == "zsh") return zsh(commands);
  if (shell == "fish") return fish(commands);
  return {};
}

}  // namespace rec::cli
