// What shells and `man` are told of the commands: made of the same definitions that parse them, so it is
// never behind.
#pragma once
#include <string>

namespace CLI {
class App;
}

namespace rec::cli {

/// A completion script for `bash`, `zsh` or `fish`, to be sourced. Another shell: "".
std::string completion_script(const CLI::App& program, const std::string& shell);

/// streamrecorder(1), as roff.
std::string man_page(const CLI::App& program);

}  // namespace rec::cli
