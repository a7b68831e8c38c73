// What `import` prints for people: a line for each thing.
#pragma once
#include <string>

#include "app/import_line.hpp"

namespace rec::cli {

/// `done`: it was taken over; else it is what would be done.
std::string import_text(const ImportLines& lines, bool done);

}  // namespace rec::cli
