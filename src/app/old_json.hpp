// Members of what the Python program wrote as JSON, beside those of base/json_members.hpp: any may be
// missing, null or of another type, and then says nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/json_bytes.hpp"
#include "base/json_members.hpp"
#include "base/result.hpp"

namespace rec::old_json {

/// invalid: no JSON, or no object at the top; the text says at which byte.
inline Result<boost::json::object> object_of(std::string_view text) {
  boost::json::stream_parser parser({}, any_bytes());
  boost::system::error_code error;
  const std::size_t read = parser.write(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error)
    return fail(Errc::invalid,
                "breaks off or is damaged at byte " + std::to_string(read) + " (" + error.message() + ")");
  boost::json::value value = parser.release();
  if (!value.is_object()) return fail(Errc::invalid, "is no JSON object");
  return std::move(value.get_object());
}

inline std::optional<std::int64_t> whole(const boost::json::value* value) {
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

/// 0 where there is none.
inline std::int64_t number(const boost::json::object& object, std::string_view key) {
  return whole(object.if_contains(key)).value_or(0);
}

inline std::optional<double> real(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

inline std::optional<bool> flag(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

inline std::vector<std::string> texts(const boost::json::object& object, std::string_view key) {
  std::vector<std::string> all;
  for (const auto& each : list_in(object, key)) {
    if (each.is_string()) all.emplace_back(each.get_string());
  }
  return all;
}

inline std::vector<std::int64_t> numbers(const boost::json::object& object, std::string_view key) {
  std::vector<std::int64_t> all;
  for (const auto& each : list_in(object, key)) {
    if (const auto one = whole(&each)) all.push_back(*one);
  }
  return all;
}

}  // namespace rec::old_json
