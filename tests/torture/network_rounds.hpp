// torture network: rounds of bad weather, several side by side, for most of each is waiting.
#pragma once
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

namespace rec::torture {

/// Adds the command; `code` becomes its exit code.
void add_network_command(CLI::App& program, int& code);

}  // namespace rec::torture
