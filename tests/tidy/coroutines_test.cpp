// Awaited temporaries: g++ 12 miscompiles a lambda with captures, or a brace-built aggregate, inside an
// awaited call.
#include <gtest/gtest.h>

#include <cctype>
#include <regex>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

// What is awaited: from behind the keyword to the end of the statement, or of the call it is an argument of.
std::string awaited_expression(const std::string& code, std::size_t from) {
  int depth = 0;
  std::size_t at = from;
  for (; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth < 0 || (depth == 0 && (c == ';' || c == ','))) break;
  }
  return code.substr(from, at - from);
}

// The last character before `at` that is no space; 0 at the beginning.
char before(const std::string& text, std::size_t at) {
  while (at > 0 && std::isspace(static_cast<unsigned char>(text[at - 1])) != 0) --at;
  return at == 0 ? '\0' : text[at - 1];
}

bool is_name_end(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '>'; }

bool has_capturing_lambda(const std::string& expression) {
  static const std::regex introducer(R"(\[[^\[\]]+\]\s*(\(|\{|mutable\b))");
  for (std::sregex_iterator it(expression.begin(), expression.end(), introducer), end; it != end; ++it) {
    const char left = before(expression, static_cast<std::size_t>(it->position()));
    if (!is_name_end(left) && left != ')' && left != ']') return true;  // else it is a subscript
  }
  return false;
}

bool has_built_aggregate(const std::string& expression) {
  // Durations and instants are numbers: nothing of them needs destroying.
  static const std::regex harmless(R"(\b(std::chrono::\w+|Millis|Micros|Instant|SteadyTime)\s*\{[^{}]*\})");
  const std::string rest = std::regex_replace(expression, harmless, "0");
  int parens = 0;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] == '(') ++parens;
    if (rest[at] == ')') --parens;
    if (rest[at] != '{' || parens == 0) continue;
    const char left = before(rest, at);
    const bool stands_apart = at > 0 && std::isspace(static_cast<unsigned char>(rest[at - 1])) != 0;
    if (left == '(' || left == ',' || (is_name_end(left) && !stands_apart)) return true;
  }
  return false;
}

std::vector<Finding> awaited_temporaries(const SourceFile& file) {
  std::vector<Finding> findings;
  for (std::size_t at = file.code.find("co_await"); at != std::string::npos;
       at = file.code.find("co_await", at + 8)) {
    const std::string expression = awaited_expression(file.code, at + 8);
    const char* what = has_capturing_lambda(expression)  ? "a lambda with captures"
                       : has_built_aggregate(expression) ? "a brace-built object"
                                                         : nullptr;
    if (what == nullptr) continue;
    findings.push_back(
        {file.path, line_of(file.code, at),
         std::string(what) + " inside an awaited call: name it on the line above and std::move it in"});
  }
  return findings;
}

std::size_t count(const std::string& statement) {
  return awaited_temporaries(make_file("x.cpp", "void f() {\n  " + statement + "\n}\n")).size();
}

TEST(AwaitedTemporaries, ALambdaWithCapturesIsFound) {
  EXPECT_EQ(count("co_await run_on(worker, [&] { return 1; });"), 1u);
  EXPECT_EQ(count("auto x = co_await run_on(worker, [this, y = std::move(y)]() mutable { return y; });"), 1u);
  EXPECT_EQ(count("REC_CO_TRY(auto x, co_await run_on(worker,\n [=](int a) { return a; }));"), 1u);
}

TEST(AwaitedTemporaries, ABraceBuiltObjectIsFound) {
  EXPECT_EQ(count("co_await client.fetch(HttpRequest{.url = url});"), 1u);
  EXPECT_EQ(count("co_await client.fetch({.url = url});"), 1u);
  EXPECT_EQ(count("co_await f(1, {2, 3});"), 1u);
  EXPECT_EQ(count("REC_CO_CHECK(co_await f(std::vector<int>{1}));"), 1u);
}

TEST(AwaitedTemporaries, WhatIsNamedFirstIsNot) {
  EXPECT_EQ(count("auto job = [&] { return 1; };\n  co_await run_on(worker, std::move(job));"), 0u);
  EXPECT_EQ(count("HttpRequest request{.url = url};\n  co_await client.fetch(std::move(request));"), 0u);
  EXPECT_EQ(count("if (!co_await f(x)) {\n return;\n }"), 0u);
  EXPECT_EQ(count("for (int i : co_await f(rows[i], rows[g(1)])) {\n }"), 0u);
  EXPECT_EQ(count("co_await clock.sleep(Millis{5});"), 0u);
  EXPECT_EQ(count("co_await clock.sleep(std::chrono::seconds{5});"), 0u);
  EXPECT_EQ(count("co_await f([](int x) { return x; });"), 0u);
}

TEST(AwaitedTemporaries, ThereAreNone) { expect_none(in_every_file(awaited_temporaries)); }

}  // namespace
}  // namespace rec::tidy
