// Leaks that are not ours, for the sanitizer lane.

// libx265 leaks some of its own at close.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }
