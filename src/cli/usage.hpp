// What is said to somebody who typed a command wrong: what is wrong, and what would be right.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace rec::cli {

/// Prints it on stderr, or on stdout what was asked for (help, version). `words` are those behind the
/// program's name. The exit code.
int tell_usage(const CLI::App& program, const CLI::ParseError& error, const std::vector<std::string>& words);

/// The help of the command that the words name, as far as they name one.
std::string help_of(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace rec::cli
