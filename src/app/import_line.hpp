// One thing of the Python program's, and what becomes of it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rec {

/// take: it is taken over. known: it is here already. left: it is not taken, and why. broken: it cannot be
/// read or taken, and why. advice: what a person may want to do.
enum class ImportVerdict { take, known, left, broken, advice };
std::string_view word(ImportVerdict verdict);

struct ImportLine {
  ImportVerdict verdict = ImportVerdict::take;
  std::string kind{};  ///< config, state, target, channel, history, session, waiting, file
  std::string name{};  ///< which one
  std::string text{};
  bool operator==(const ImportLine&) const = default;
};
using ImportLines = std::vector<ImportLine>;

}  // namespace rec
