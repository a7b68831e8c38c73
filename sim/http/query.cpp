// Decodes targets and forms.
#include "sim/http/query.hpp"

#include <algorithm>
#include <charconv>

namespace rec::sim {

std::string HttpQuery::header(const std::string& lower_name) const {
  const auto found = headers.find(lower_name);
  return found == headers.end() ? std::string() : found->second;
}

std::string HttpQuery::param(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::vector<std::string> HttpQuery::params(const std::string& name) const {
  std::vector<std::string> all;
  for (auto [at, end] = query.equal_range(name); at != end; ++at) all.push_back(at->second);
  return all;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

FormFields parse_form(std::string_view text) {
  FormFields fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    fields.emplace(percent_decode(pair.substr(0, equals), true), percent_decode(value, true));
  }
  return fields;
}

HttpAnswer text_answer(int status, std::string body, std::string type) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers.emplace_back("Content-Type", std::move(type));
  answer.body = std::move(body);
  return answer;
}

HttpAnswer json_answer(int status, std::string body) {
  return text_answer(status, std::move(body), "application/json; charset=UTF-8");
}

}  // namespace rec::sim
