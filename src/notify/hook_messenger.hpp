// A hook: a program of the configuration that is run for an event, with the notice as JSON on its standard
// input. By argv and never by a shell; in a process group of its own and a clean environment.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/messenger.hpp"
#include "runtime/subprocess.hpp"

namespace rec::notify {

/// What runs a child; run_child outside of tests.
using RunChild = std::function<Task<ChildResult>(ChildRequest)>;

/// A program that does not end with 0, or within ten minutes, has failed; after three tries the notice is
/// given up. Its output goes nowhere but, of a failure, the last line of stderr into the error. Runs of one
/// hook follow one another.
std::unique_ptr<Messenger> make_hook(std::string event, std::vector<std::string> argv, RunChild run);

}  // namespace rec::notify
