// Members of JSON objects that others wrote: any may be missing or of another kind. Whose room includes this
// links Boost::json.
#pragma once
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace rec {

/// "" when it is no text.
inline std::string text_in(const boost::json::object& object, boost::json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// 0 when it is no number.
inline double number_in(const boost::json::object& object, boost::json::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  return value->is_double() ? value->get_double() : value->to_number<double>();
}

inline bool flag_in(const boost::json::object& object, boost::json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// Empty when it is none.
inline const boost::json::array& list_in(const boost::json::object& object, boost::json::string_view key) {
  static const boost::json::array kNone;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

/// Null when it is none.
inline const boost::json::object* find_object(const boost::json::object& object,
                                              boost::json::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

/// Empty when it is none.
inline const boost::json::object& object_in(const boost::json::object& object, boost::json::string_view key) {
  static const boost::json::object kNone;
  const auto* found = find_object(object, key);
  return found == nullptr ? kNone : *found;
}

/// Those of the list that are objects.
inline std::vector<const boost::json::object*> objects_in(const boost::json::object& object,
                                                          boost::json::string_view key) {
  std::vector<const boost::json::object*> found;
  for (const boost::json::value& one : list_in(object, key)) {
    if (one.is_object()) found.push_back(&one.get_object());
  }
  return found;
}

}  // namespace rec
