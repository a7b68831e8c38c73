#include "results.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "base/fd.hpp"

namespace rec::torture {

void add_line(const std::string& file, const std::string& line) {
  if (file.empty()) return;
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  const Fd out(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  const std::string whole = line + "\n";
  if (::write(out.get(), whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    throw std::runtime_error("writing " + file + ": " + std::strerror(errno));
}

std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  std::istringstream in(line);
  for (std::string one; std::getline(in, one, '\t');) columns.push_back(one);
  return columns;
}

std::string told_faults(const std::vector<std::string>& faults) {
  return faults.empty() ? "-" : fmt::format("{}", fmt::join(faults, " | "));
}

}  // namespace rec::torture
