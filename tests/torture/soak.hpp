// torture soak: the real program beside channels that come and go, for as long as asked, and what it takes
// meanwhile.
#pragma once

namespace CLI {
class App;
}

namespace rec::torture {

/// Adds the command; `code` gets its exit code.
void add_soak(CLI::App& program, int& code);

}  // namespace rec::torture
