// The lines of the control socket: what is a request, what is an answer, and what is refused.
#include "control/messages.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace rec::control {
namespace {

TEST(ControlMessages, ARequestIsItsNameWithArgumentsAndATag) {
  const auto request = parse_request(R"({"request":"status","arguments":{"limit":3},"id":7})");
  ASSERT_TRUE(request) << request.error().text;
  EXPECT_EQ(request->name, "status");
  EXPECT_EQ(request->arguments.at("limit").as_int64(), 3);
  EXPECT_EQ(request->tag, boost::json::value(7));
}

TEST(ControlMessages, WhatIsWrittenIsReadBack) {
  Request request;
  request.name = "status";
  request.arguments["a"] = "b\nc";
  request.tag = "x";
  const std::string line = request_line(request);
  EXPECT_EQ(line.find('\n'), std::string::npos) << "a line is one line";
  const auto back = parse_request(line);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->name, request.name);
  EXPECT_EQ(back->arguments, request.arguments);
  EXPECT_EQ(back->tag, request.tag);
}

TEST(ControlMessages, WhatIsNoRequestIsInvalidAndSaysWhy) {
  const std::string deep = R"({"request":"status","arguments":{"a":)" + std::string(5000, '[');
  const std::string long_name = R"({"request":")" + std::string(100, 'a') + "\"}";
  for (const std::string& line :
       {std::string(), std::string("status"), std::string("[]"), std::string("{}"), std::string("null"),
        std::string(R"({"request":3})"), std::string(R"({"request":"status","arguments":[]})"),
        std::string(R"({"request":"status","id":{}})"), std::string(R"({"request":"status","shell":"rm"})"),
        std::string(R"({"request":"status"} {)"), std::string("{\"request\":\"\xff\xfe\"}"),
        std::string("\0\0\0", 3), deep, long_name}) {
    const auto request = parse_request(line);
    ASSERT_FALSE(request) << line;
    EXPECT_EQ(request.error().code, Errc::invalid) << line;
    EXPECT_FALSE(request.error().text.empty());
  }
}

TEST(ControlMessages, AnAnswerCarriesTheResultOrTheErrorWithItsCode) {
  boost::json::object result;
  result["running"] = true;
  const auto good = parse_answer(answer_line(7, result));
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, result);
  const auto bad = parse_answer(answer_line(nullptr, fail(Errc::no_space, "the disk is full")));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Errc::no_space);
  EXPECT_EQ(bad.error().text, "the disk is full");
}

TEST(ControlMessages, WhatIsNoAnswerIsCorrupt) {
  for (const char* line :
       {"", "HTTP/1.1 400 Bad Request", "{}", R"({"ok":1})", R"({"ok":true})", R"({"ok":true,"result":[]})",
        R"({"ok":false})", R"({"ok":false,"error":{"code":"not_found"}})"}) {
    const auto answer = parse_answer(line);
    ASSERT_FALSE(answer) << line;
    EXPECT_EQ(answer.error().code, Errc::corrupt) << line;
    EXPECT_FALSE(answer.error().text.empty()) << line;
  }
}

}  // namespace
}  // namespace rec::control
