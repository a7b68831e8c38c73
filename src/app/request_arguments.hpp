// What a request to the service carries, taken out of its JSON. Pure; each failure is invalid and names the
// member.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"

namespace rec {

/// The member as text.
Result<std::string> text_argument(const boost::json::object& arguments, const char* name);
/// The member, an object of texts by key.
Result<std::map<std::string, std::string>> texts_argument(const boost::json::object& arguments,
                                                          const char* name);
/// invalid: there is a member that is none of these.
Result<void> no_others(const boost::json::object& arguments, std::initializer_list<std::string_view> known);

}  // namespace rec
