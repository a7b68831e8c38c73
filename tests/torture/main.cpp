// torture: breaks the real program, or the whole of it on virtual time, and looks whether everything comes
// out whole. Each command says what it plays; results are added to files under build/torture, and what is in
// them is not played again.
#include <CLI/CLI.hpp>

#include "faults_command.hpp"
#include "kill.hpp"
#include "network_rounds.hpp"
#include "power_command.hpp"
#include "seeds.hpp"
#include "soak.hpp"

int main(int argc, char** argv) {
  CLI::App program("Breaks the real program and looks whether everything comes out whole.", "torture");
  program.require_subcommand(1);
  int code = 1;
  rec::torture::add_kill(program, code);
  rec::torture::add_seeds(program, code);
  rec::torture::add_soak(program, code);
  rec::torture::add_network_command(program, code);
  rec::torture::add_power_command(program, code);
  rec::torture::add_faults_command(program, code);
  CLI11_PARSE(program, argc, argv);
  return code;
}
