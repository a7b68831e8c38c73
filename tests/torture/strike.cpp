#include "strike.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <iterator>
#include <sstream>

namespace rec::torture {
namespace {

struct Way {
  const char* call;
  const char* error;
  const char* scope;
};

// What disks, quotas and limits say to each call.
constexpr std::array<Way, 26> kWays = {{
    {"write", "short", "once"},      {"write", "EIO", "once"},    {"write", "ENOSPC", "once"},
    {"write", "EIO", "class"},       {"write", "ENOSPC", "disk"}, {"write", "EIO", "disk"},
    {"write", "short", "disk"},      {"sync", "EIO", "once"},     {"sync", "EIO", "class"},
    {"sync", "ENOSPC", "once"},      {"open", "EMFILE", "once"},  {"open", "EMFILE", "disk"},
    {"open", "ENOSPC", "class"},     {"rename", "EIO", "once"},   {"rename", "ENOSPC", "class"},
    {"mkdir", "ENOSPC", "once"},     {"mkdir", "ENOSPC", "disk"}, {"mkdir", "EIO", "class"},
    {"cut", "EIO", "once"},          {"cut", "EIO", "class"},     {"allocate", "ENOSPC", "once"},
    {"allocate", "ENOSPC", "class"}, {"punch", "EIO", "class"},   {"unlink", "EIO", "once"},
    {"unlink", "EROFS", "class"},    {"rmdir", "EIO", "class"},
}};

int number_of(const std::string& error) {
  const std::map<std::string, int> numbers = {
      {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EMFILE", EMFILE}, {"EROFS", EROFS}, {"short", 0}};
  const auto found = numbers.find(error);
  return found == numbers.end() ? EIO : found->second;
}

}  // namespace

std::vector<std::string> Strike::orders() const {
  return {"REC_DISK_STRIKE=" + call, fmt::format("REC_DISK_FIRST={}", first),
          fmt::format("REC_DISK_ERROR={}", number_of(error)), "REC_DISK_SCOPE=" + scope};
}

std::string text_of(const Strike& strike) {
  return fmt::format("{}|{}|{}|{}|{:.1f}", strike.call, strike.first, strike.error, strike.scope,
                     strike.seconds);
}

std::optional<Strike> strike_of(const std::string& text) {
  std::istringstream in(text);
  Strike strike;
  std::string first;
  std::string seconds;
  if (!std::getline(in, strike.call, '|') || !std::getline(in, first, '|') ||
      !std::getline(in, strike.error, '|') || !std::getline(in, strike.scope, '|') ||
      !std::getline(in, seconds, '|'))
    return std::nullopt;
  strike.first = std::stoull(first);
  strike.seconds = std::stod(seconds);
  return strike;
}

Strike draw_strike(const Census& census, unsigned number) {
  const auto of = std::next(census.begin(), number % census.size());
  const unsigned turn = number / static_cast<unsigned>(census.size());
  std::mt19937 random(number);
  Strike strike;
  strike.call = of->first;
  std::vector<Way> ways;
  for (const Way& way : kWays)
    if (strike.call.starts_with(std::string(way.call) + " ")) ways.push_back(way);
  const Way way = ways.empty() ? Way{"", "EIO", "once"} : ways[(turn + number % 7) % ways.size()];
  strike.error = way.error;
  strike.scope = way.scope;
  // The first of its kind, and one somewhere in the middle of the work.
  strike.first = turn % 2 == 0 && number % 3 == 0
                     ? 1
                     : std::uniform_int_distribution<std::uint64_t>(1, (of->second * 3 + 3) / 4)(random);
  // A broadcast of the stage is over soon: what cannot even be begun may not be kept from it for long.
  const bool beginning =
      strike.scope == "disk" || strike.error == "EMFILE" || strike.call.starts_with("mkdir ") ||
      strike.call.starts_with("open ") ||
      (strike.call.find("data/state.db") != std::string::npos && !strike.call.ends_with("-wal")) ||
      (strike.call.find("data/segments") != std::string::npos &&
       strike.call.find("media.bin") == std::string::npos);
  const bool is_long = std::bernoulli_distribution(0.3)(random);
  const double some = std::uniform_real_distribution<double>(3, 8)(random);
  strike.seconds = beginning ? 2.5 : is_long ? 16 : some;
  return strike;
}

}  // namespace rec::torture
