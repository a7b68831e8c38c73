#include "base/crash_report.hpp"
#include "cli/cli.hpp"

int main(int argc, char** argv) {
  rec::report_crashes("streamrecorder");
  return rec::cli::main(argc, argv);
}
