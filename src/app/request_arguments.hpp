// The arguments of a request to the service, checked.
#pragma once
#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.hpp"

namespace rec {

/// The member as text; invalid where it is none.
inline Result<std::string> text_argument(const boost::json::object& arguments, const char* name) {
  const boost::json::value* value = arguments.if_contains(name);
  if (value == nullptr || !value->is_string())
    return fail(Errc::invalid, std::string("the request needs \"") + name + "\", a text");
  return std::string(value->get_string());
}

/// invalid: there are others.
inline Result<void> no_others(const boost::json::object& arguments,
                              std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : arguments) {
    if (std::ranges::find(known, std::string_view(name)) == known.end())
      return fail(Errc::invalid, "the request takes no \"" + std::string(name) + "\"");
  }
  return {};
}

}  // namespace rec
