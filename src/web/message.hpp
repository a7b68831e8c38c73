// A request as it came and an answer as it goes, without the wire: what the site and the server say to each
// other.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/task.hpp"

namespace rec::web {

struct Request {
  std::string method{};                          ///< GET for HEAD as well: the server leaves the body out
  std::string target{};                          ///< as on the request line
  std::map<std::string, std::string> headers{};  ///< names in lower case; of several the last
  std::string body{};
  std::string peer{};  ///< the address that the connection comes from

  /// "" where there is none.
  [[nodiscard]] std::string header(const std::string& lower_name) const {
    const auto found = headers.find(lower_name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct Response {
  int status = 200;
  std::string content_type{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  /// In place of `body`: the next piece each time it is called, "" at the end. It is called again when the
  /// piece before has been taken, and a failure ends the connection.
  std::function<Task<std::string>()> stream{};
  std::optional<std::uint64_t> stream_bytes{};  ///< unset: the connection ends with it
};

}  // namespace rec::web
