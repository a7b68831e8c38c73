// The faults by name.
#include "sim/origin/fault.hpp"

#include <vector>

namespace rec::sim::faults {
namespace {

void replace_body(HttpAnswer& answer, std::string body) {
  answer.shared_body.reset();
  answer.body = std::move(body);
}

}  // namespace

Fault status(int code, std::string body) {
  return [code, body = std::move(body)](const HttpQuery&, HttpAnswer& answer) {
    answer = text_answer(code, body);
  };
}

Fault retry_after(int code, int seconds) {
  return [code, seconds](const HttpQuery&, HttpAnswer& answer) {
    answer = text_answer(code, "");
    answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  };
}

Fault delay(Millis time) {
  return [time](const HttpQuery&, HttpAnswer& answer) { answer.delay = time; };
}

Fault cut(std::size_t bytes) {
  return [bytes](const HttpQuery&, HttpAnswer& answer) { answer.cut_after_bytes = bytes; };
}

Fault cut_chunked(std::size_t bytes) {
  return [bytes](const HttpQuery&, HttpAnswer& answer) {
    answer.chunked = true;
    answer.cut_after_bytes = bytes;
  };
}

Fault reset() {
  return [](const HttpQuery&, HttpAnswer& answer) { answer.reset = true; };
}

Fault reset_after(std::size_t bytes) {
  return [bytes](const HttpQuery&, HttpAnswer& answer) {
    answer.reset = true;
    answer.cut_after_bytes = bytes;
  };
}

Fault drip(std::size_t bytes_per_second) {
  return [bytes_per_second](const HttpQuery&, HttpAnswer& answer) {
    answer.bytes_per_second = bytes_per_second;
  };
}

Fault declared_length(std::size_t bytes) {
  return [bytes](const HttpQuery&, HttpAnswer& answer) { answer.declared_length = bytes; };
}

Fault empty() { return content(""); }

Fault html() {
  return [](const HttpQuery&, HttpAnswer& answer) {
    answer = text_answer(200, "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>",
                         "text/html");
  };
}

Fault content(std::string bytes) {
  return [bytes = std::move(bytes)](const HttpQuery&, HttpAnswer& answer) { replace_body(answer, bytes); };
}

Fault redirect(std::string url, int code) {
  return [url = std::move(url), code](const HttpQuery&, HttpAnswer& answer) {
    answer = text_answer(code, "");
    answer.headers.emplace_back("Location", url);
  };
}

Fault header(std::string name, std::string value) {
  return [name = std::move(name), value = std::move(value)](const HttpQuery&, HttpAnswer& answer) {
    answer.headers.emplace_back(name, value);
  };
}

Fault close_after() {
  return [](const HttpQuery&, HttpAnswer& answer) { answer.close_after = true; };
}

Fault ignore_range() {
  return [](const HttpQuery&, HttpAnswer& answer) { answer.ranges = false; };
}

Fault require_header(std::string lower_name, std::string value, int code) {
  return [name = std::move(lower_name), value = std::move(value), code](const HttpQuery& query,
                                                                        HttpAnswer& answer) {
    if (query.header(name).find(value) == std::string::npos) answer = text_answer(code, "");
  };
}

Fault all(std::initializer_list<Fault> faults) {
  return [faults = std::vector<Fault>(faults)](const HttpQuery& query, HttpAnswer& answer) {
    for (const auto& fault : faults) fault(query, answer);
  };
}

}  // namespace rec::sim::faults
