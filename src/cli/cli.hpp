// The command line: parses it, wires ports to adapters, runs the command. Exit codes as in docs/interface.md.
#pragma once

namespace rec::cli {

int main(int argc, char** argv);

}  // namespace rec::cli
