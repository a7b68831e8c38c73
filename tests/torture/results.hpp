// Results: a line a round, so that what was played is not played again.
#pragma once
#include <string>
#include <vector>

namespace rec::torture {

/// Adds the line to the file in one write, so that lines of several threads and processes stay whole; makes
/// the folder. "" = no file.
void add_line(const std::string& file, const std::string& line);

/// Of a line, parted by tabs.
std::vector<std::string> columns_of(const std::string& line);

/// As the last column of a line: "-" = nothing was wrong.
std::string told_faults(const std::vector<std::string>& faults);

}  // namespace rec::torture
