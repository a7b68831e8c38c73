#include "cli/cli.hpp"

namespace rec::cli {

int main(int, char**) { return 2; }

}  // namespace rec::cli
