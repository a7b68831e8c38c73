// Members of JSON objects that may be missing or of another type.
#pragma once
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace rec::page {

inline const boost::json::value* member_at(const boost::json::object& object, std::string_view key) {
  return object.if_contains(boost::json::string_view(key.data(), key.size()));
}

/// "" when it is no text.
inline std::string text_at(const boost::json::object& object, std::string_view key) {
  const auto* value = member_at(object, key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Null when it is no object.
inline const boost::json::object* object_at(const boost::json::object& object, std::string_view key) {
  const auto* value = member_at(object, key);
  return value == nullptr ? nullptr : value->if_object();
}

/// 0 when it is no number.
inline double number_at(const boost::json::object& object, std::string_view key) {
  const auto* value = member_at(object, key);
  if (value == nullptr || !value->is_number()) return 0;
  return value->is_double() ? value->get_double() : value->to_number<double>();
}

/// False when it is not true.
inline bool flag_at(const boost::json::object& object, std::string_view key) {
  const auto* value = member_at(object, key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace rec::page
