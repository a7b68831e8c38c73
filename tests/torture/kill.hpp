// torture kill: the real program, killed with SIGKILL again and again, two channels live; everything must be
// on the simulated Telegram once, whole and in order.
#pragma once

namespace CLI {
class App;
}

namespace rec::torture {

/// Adds the command; `code` gets its exit code.
void add_kill(CLI::App& program, int& code);

}  // namespace rec::torture
