// torture power: the machine loses its power, and what was not synced is there in part or not at all.
#pragma once
#include <string>

namespace CLI {
class App;
}

namespace rec::torture {

/// Adds the subcommand; `code` becomes its exit code.
void add_power_command(CLI::App& program, int& code);

}  // namespace rec::torture
