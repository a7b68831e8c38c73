// torture faults: calls to the disk fail, one class of them after the other.
#pragma once
#include <string>

namespace CLI {
class App;
}

namespace rec::torture {

/// Adds the subcommand; `code` becomes its exit code.
void add_faults_command(CLI::App& program, int& code);

}  // namespace rec::torture
