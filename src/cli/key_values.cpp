#include "cli/key_values.hpp"

#include <fmt/format.h>

namespace rec::cli {

Result<boost::json::object> key_values(const std::vector<std::string>& settings, const std::string& example) {
  boost::json::object values;
  for (const std::string& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Errc::invalid,
                  fmt::format("{}: write KEY=VALUE, like {}; KEY= takes it back", setting, example));
    }
    const std::string key = setting.substr(0, equals);
    if (values.contains(key)) return fail(Errc::invalid, key + ": stands twice; keep one");
    values[key] = setting.substr(equals + 1);
  }
  return values;
}

}  // namespace rec::cli
