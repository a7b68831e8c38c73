// What a defect that ends the process leaves behind: where it was, on stderr, for the report.
#pragma once

namespace rec {

/// From now on a fatal signal (SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV) writes the program, its version, the
/// signal and the calling thread's return addresses to stderr, and then ends the process as it would have.
/// Addresses and names of functions only: nothing of what memory holds. Where somebody else handles a signal
/// (a sanitizer), it stays theirs. `program` must live as long as the process.
void report_crashes(const char* program);

}  // namespace rec
