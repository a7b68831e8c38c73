#include "cli/command_tree.hpp"

#include <CLI/CLI.hpp>

namespace rec::cli {
namespace {

// CLI11 tells the members of a set only in the type's name: "TEXT:{a,b}".
std::vector<std::string> members(const std::string& type) {
  std::vector<std::string> all;
  const auto begin = type.find('{');
  const auto end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return all;
  std::string word;
  for (auto at = begin + 1; at <= end; ++at) {
    if (type[at] != ',' && at != end) {
      word += type[at];
      continue;
    }
    all.push_back(word);
    word.clear();
  }
  return all;
}

bool is_path(const std::string& type) {
  return type.find("FILE") != std::string::npos || type.find("DIR") != std::string::npos ||
         type.find("PATH") != std::string::npos;
}

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  const bool positional = option.get_positional();
  entry.name = positional ? option.get_single_name() : "--" + option.get_lnames().at(0);
  entry.about = option.get_description();
  const std::string type = option.get_type_name();
  if (option.get_items_expected_max() > 0) {
    entry.values = members(type);
    entry.file = is_path(type);
    if (!positional) entry.takes = type.substr(0, type.find_first_of(":{ "));
    if (!entry.values.empty() && !positional) {
      entry.takes.clear();
      for (const std::string& value : entry.values) entry.takes += (entry.takes.empty() ? "" : "|") + value;
    }
  }
  return entry;
}

void visit(const CLI::App& command, std::vector<std::string> path, std::vector<CommandEntry>& all) {
  CommandEntry entry;
  entry.path = path;
  entry.about = command.get_description();
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() && !option->get_positional()) continue;
    (option->get_positional() ? entry.positionals : entry.options).push_back(entry_of(*option));
  }
  const auto subcommands = command.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* sub : subcommands) entry.subcommands.push_back(sub->get_name());
  all.push_back(std::move(entry));
  for (const CLI::App* sub : subcommands) {
    auto below = path;
    below.push_back(sub->get_name());
    visit(*sub, std::move(below), all);
  }
}

}  // namespace

std::vector<CommandEntry> command_tree(const CLI::App& program) {
  std::vector<CommandEntry> all;
  visit(program, {}, all);
  return all;
}

}  // namespace rec::cli
