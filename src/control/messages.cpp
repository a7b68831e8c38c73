#include "control/messages.hpp"

#include <boost/json.hpp>

namespace rec::control {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestName = 64;

json::value parsed_line(std::string_view line, boost::system::error_code& error) {
  json::parse_options options;
  options.max_depth = 16;
  return json::parse({line.data(), line.size()}, error, {}, options);
}

std::string text_of(const json::object& object, json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Errc code_of(std::string_view told) {
  for (const Errc code :
       {Errc::cancelled, Errc::timed_out, Errc::unavailable, Errc::rate_limited, Errc::denied,
        Errc::not_found, Errc::corrupt, Errc::conflict, Errc::no_space, Errc::invalid}) {
    if (word(code) == told) return code;
  }
  return Errc::unavailable;  // a newer program has more words
}

}  // namespace

Result<Request> parse_request(std::string_view line) {
  boost::system::error_code error;
  json::value value = parsed_line(line, error);
  if (error) return fail(Errc::invalid, "not JSON: " + error.message());
  auto* object = value.if_object();
  if (object == nullptr) return fail(Errc::invalid, "a request is a JSON object");
  Request request;
  request.name = text_of(*object, "request");
  if (request.name.empty() || request.name.size() > kLongestName) {
    return fail(Errc::invalid, "a request has its name in \"request\"");
  }
  for (auto& [key, member] : *object) {
    if (key == "request") continue;
    if (key == "id" && !member.is_structured()) {
      request.tag = member;
    } else if (key == "arguments" && member.is_object()) {
      request.arguments = member.get_object();
    } else {
      return fail(Errc::invalid,
                  "a request has \"request\", \"arguments\" (an object) and \"id\" (a number or "
                  "text), and nothing else");
    }
  }
  return request;
}

std::string request_line(const Request& request) {
  json::object object;
  object["request"] = request.name;
  if (!request.arguments.empty()) object["arguments"] = request.arguments;
  if (!request.tag.is_null()) object["id"] = request.tag;
  return json::serialize(object);
}

std::string answer_line(const json::value& tag, const Result<json::object>& outcome) {
  json::object object;
  if (!tag.is_null()) object["id"] = tag;
  object["ok"] = outcome.has_value();
  if (outcome) {
    object["result"] = *outcome;
  } else {
    json::object error;
    error["code"] = word(outcome.error().code);
    error["text"] = outcome.error().text;
    object["error"] = std::move(error);
  }
  return json::serialize(object);
}

Result<json::object> parse_answer(std::string_view line) {
  boost::system::error_code error;
  json::value value = parsed_line(line, error);
  auto* object = error ? nullptr : value.if_object();
  auto* ok = object == nullptr ? nullptr : object->if_contains("ok");
  if (ok == nullptr || !ok->is_bool()) return fail(Errc::corrupt, "the answer is none of streamrecorder's");
  if (ok->get_bool()) {
    auto* result = object->if_contains("result");
    if (result == nullptr || !result->is_object()) return fail(Errc::corrupt, "the answer has no result");
    return std::move(result->get_object());
  }
  const auto* told = object->if_contains("error");
  if (told == nullptr || !told->is_object()) return fail(Errc::corrupt, "the answer has no error");
  std::string text = text_of(told->get_object(), "text");
  if (text.empty()) return fail(Errc::corrupt, "the answer does not say what is wrong");
  return fail(code_of(text_of(told->get_object(), "code")), std::move(text));
}

}  // namespace rec::control
