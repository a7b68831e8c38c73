// Reading what an answer's headers say of its body. Pure; private to the HTTP client.
#pragma once
#include <string>

#include "runtime/http.hpp"

namespace rec {

/// Content-Range of an answer 206: is it only a piece of what was asked for, or another piece? What cannot be
/// read is none.
bool is_other_piece(const HttpRequest& request, std::string_view content_range);

/// Content-Encoding: does it name one that is not HTTP's ("aws-chunked", "utf-8")? Browsers take such a body
/// as it is, and curl takes none.
bool is_unknown_encoding(std::string_view encodings);

}  // namespace rec
