#include "words/told.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "words/russian.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::string_view kTold[] = {"text", "cure", "error", "note", "trouble", "limit_note"};
constexpr std::string_view kLists[] = {"problems", "warnings"};  // of texts, in some answers

bool among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

/// A title in the story of a session is what a stranger typed.
bool is_title(const json::object& object) {
  const auto* what = object.if_contains("what");
  return what != nullptr && *what == "title";
}

void tell_each(json::value& value, bool told);

void tell_object(json::object& object) {
  const bool title = is_title(object);
  for (auto& member : object) {
    const std::string_view name = member.key();
    const bool list = member.value().is_array();
    tell_each(member.value(), !title && (list ? among(kLists, name) : among(kTold, name)));
  }
}

void tell_each(json::value& value, bool told) {
  if (auto* text = value.if_string(); text != nullptr && told) {
    value = in_russian(std::string_view(text->data(), text->size()));
  } else if (auto* list = value.if_array()) {
    for (json::value& each : *list) tell_each(each, told);
  } else if (auto* object = value.if_object()) {
    tell_object(*object);
  }
}

}  // namespace

void tell_in_russian(json::object& answer) { tell_object(answer); }

}  // namespace rec
