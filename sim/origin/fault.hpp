// What can go wrong with an answer of the origin, as values a test hands over: origin.fail_next(path,
// faults::cut(100)).
#pragma once
#include <functional>
#include <initializer_list>
#include <string>

#include "sim/http/query.hpp"

namespace rec::sim {

/// Changes the answer that would have been given. Runs on the server's thread.
using Fault = std::function<void(const HttpQuery&, HttpAnswer&)>;

namespace faults {

Fault status(int code, std::string body = "");
Fault retry_after(int code, int seconds);  ///< the status with a Retry-After header
Fault delay(Millis time);                  ///< before the status line
Fault cut(std::size_t bytes);              ///< the whole Content-Length, then FIN after so many bytes
Fault cut_chunked(std::size_t bytes);      ///< chunked, ended without the last chunk
Fault reset();                             ///< RST in place of an answer
Fault reset_after(std::size_t bytes);      ///< RST amid the body
Fault drip(std::size_t bytes_per_second);  ///< slow, but whole
Fault declared_length(std::size_t bytes);  ///< a Content-Length that is not true
Fault empty();                             ///< 200 with no bytes
Fault html();                              ///< 200 with an error page in place of media
Fault content(std::string bytes);          ///< 200 with other bytes
Fault redirect(std::string url, int code = 302);
Fault header(std::string name, std::string value);  ///< adds one, Set-Cookie for instance
Fault close_after();                                ///< a whole answer, then the connection ends
Fault ignore_range();                               ///< 200 with the whole file, Range header or not
/// The status unless the request carries the header with that value in it (name in lower case).
Fault require_header(std::string lower_name, std::string value, int code = 403);
/// One after another on the same answer.
Fault all(std::initializer_list<Fault> faults);

}  // namespace faults
}  // namespace rec::sim
