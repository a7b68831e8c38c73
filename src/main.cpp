#include "cli/cli.hpp"

int main(int argc, char** argv) { return rec::cli::main(argc, argv); }
