#include "app/request_arguments.hpp"

#include <algorithm>

#include <boost/json/value.hpp>

namespace rec {

Result<std::string> text_argument(const boost::json::object& arguments, const char* name) {
  const auto* value = arguments.if_contains(name);
  if (value == nullptr || !value->is_string())
    return fail(Errc::invalid, std::string("the request needs \"") + name + "\", a text");
  return std::string(value->get_string());
}

Result<std::map<std::string, std::string>> texts_argument(const boost::json::object& arguments,
                                                          const char* name) {
  const auto* values = arguments.if_contains(name);
  if (values == nullptr || !values->is_object())
    return fail(Errc::invalid, std::string("the request needs \"") + name + "\", an object of texts by key");
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : values->get_object()) {
    if (!value.is_string())
      return fail(Errc::invalid, std::string(name) + "." + std::string(key) + " is no text");
    texts[std::string(key)] = std::string(value.get_string());
  }
  return texts;
}

Result<void> no_others(const boost::json::object& arguments, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : arguments) {
    if (std::ranges::find(known, std::string_view(name)) == known.end())
      return fail(Errc::invalid, "the request takes no \"" + std::string(name) + "\"");
  }
  return {};
}

}  // namespace rec
