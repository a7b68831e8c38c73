// What a simulated server is asked and what it answers, faults included.
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace rec::sim {

/// Names and values of a query string or of a form body, decoded; a name may occur more than once.
using FormFields = std::multimap<std::string, std::string>;

struct HttpQuery {
  std::string method{};
  std::string target{};                               ///< as on the request line
  std::string path{};                                 ///< of the target, percent-decoded
  FormFields query{};                                 ///< of the target
  std::multimap<std::string, std::string> headers{};  ///< names in lower case
  std::string body{};

  /// The first of that name; "" when there is none.
  [[nodiscard]] std::string header(const std::string& lower_name) const;
  [[nodiscard]] std::string param(const std::string& name) const;
  /// All of that name, in order.
  [[nodiscard]] std::vector<std::string> params(const std::string& name) const;
};

struct HttpAnswer {
  int status = 200;
  bool ranges = true;  ///< false: a Range header is ignored
  /// Besides Content-Length and Connection.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  /// Used in place of `body` when set: large files are not copied.
  std::shared_ptr<const std::string> shared_body{};

  // Faults. All of them may be combined.
  Millis delay{0};  ///< before the status line
  /// The whole length is declared, the connection ends after so many.
  std::optional<std::size_t> cut_after_bytes{};
  std::size_t bytes_per_second = 0;              ///< of the body; 0 = as fast as it goes
  std::optional<std::size_t> declared_length{};  ///< a Content-Length that need not be true
  bool reset = false;        ///< RST instead of FIN: behind the cut, or in place of any answer
  bool chunked = false;      ///< Transfer-Encoding: chunked; a cut then ends without the last chunk
  bool close_after = false;  ///< ends the connection behind a whole answer

  [[nodiscard]] const std::string& content() const { return shared_body ? *shared_body : body; }
};

/// `a=1&b=x%20y+z` decoded.
FormFields parse_form(std::string_view text);
/// "%41" becomes "A"; what is no valid escape stays as it is.
std::string percent_decode(std::string_view text, bool plus_is_space);

/// A plain answer with a Content-Type.
HttpAnswer text_answer(int status, std::string body, std::string type = "text/plain");
HttpAnswer json_answer(int status, std::string body);

}  // namespace rec::sim
