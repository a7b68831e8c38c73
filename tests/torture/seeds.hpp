// torture seeds: the whole program on virtual time, days drawn by seed (tests/simulation/seed_story.hpp).
#pragma once

namespace CLI {
class App;
}

namespace rec::torture {

/// Adds the command; `code` gets its exit code.
void add_seeds(CLI::App& program, int& code);

}  // namespace rec::torture
