// Rounds that mostly wait are played side by side, each job in a process of its own.
#pragma once
#include <functional>
#include <string>

namespace rec::torture {

/// `job(k)` for k = 0 … jobs - 1, in forked processes; a single one in this. The caller has no other thread
/// yet. Returns how many of them said that something was wrong, or died.
int side_by_side(int jobs, const std::function<bool(int)>& job);

/// Adds the line to the file in one write, so that lines of several processes stay whole. "" = no file.
void add_line(const std::string& file, const std::string& line);

}  // namespace rec::torture
