// JSON that we wrote ourselves, with paths and titles in it: bytes, which need not be UTF-8. Whose room
// includes this links Boost::json.
#pragma once
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace rec {

inline boost::json::parse_options any_bytes() {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

/// Throws what boost::json::parse does.
inline boost::json::value json_of_bytes(std::string_view text) {
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), {}, any_bytes());
}

}  // namespace rec
