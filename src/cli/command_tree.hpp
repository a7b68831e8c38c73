// The commands and options of a CLI11 program as plain data.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rec::cli {

struct OptionEntry {
  std::string name{};  ///< "--json", or of a positional its name
  std::string about{};
  std::string takes{};                ///< what its value is called, "" = it has none
  std::vector<std::string> values{};  ///< all that it takes, where they are few
  bool file = false;                  ///< its value is a path
};

struct CommandEntry {
  std::vector<std::string> path{};  ///< {"channel", "add"}
  std::string about{};
  std::vector<OptionEntry> options{};
  std::vector<OptionEntry> positionals{};
  std::vector<std::string> subcommands{};
};

/// The program itself first, each command before its subcommands.
std::vector<CommandEntry> command_tree(const CLI::App& program);

}  // namespace rec::cli
