// The lines that go over the socket, as text and as values. Pure.
#pragma once
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"

namespace rec::control {

struct Request {
  std::string name{};
  boost::json::object arguments{};
  boost::json::value tag = nullptr;  ///< what the caller gave as "id": comes back with the answer
};

/// Lines without the newline at the end. invalid: no request of ours; the text says why.
Result<Request> parse_request(std::string_view line);
std::string request_line(const Request& request);

/// `{"id": …, "ok": true, "result": {…}}`, or `{"id": …, "ok": false, "error": {"code", "text"}}`
std::string answer_line(const boost::json::value& tag, const Result<boost::json::object>& outcome);
/// The outcome that the line tells. corrupt: no answer of ours.
Result<boost::json::object> parse_answer(std::string_view line);

}  // namespace rec::control
