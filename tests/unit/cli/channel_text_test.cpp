// What `channel` prints for people.
#include "cli/channel_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace rec::cli {
namespace {

namespace json = boost::json;

json::object parsed(const char* text) { return json::parse(text).as_object(); }

TEST(ChannelText, TheTableSaysStatusSourceAndWhatDiffers) {
  const std::string text = channel_table(parsed(
      R"({"channels":[{"id":"twitch:someone","status":"recording","paused":true,"source":"command","url":"u1",)"
      R"("looked_at":"2026-11-23T05:06:07.000Z","overrides":{"hours":"Sat","quality":"720p"},)"
      R"("set_by_command":["hours"],"note":"a note"},)"
      R"({"id":"x","status":"offline","paused":true,"source":"config","url":"u2","looked_at":null}],)"
      R"("problems":["x: proxy_file: gone"]})"));
  EXPECT_EQ(text,
            "CHANNEL         STATUS                  FROM     LOOKED AT     URL\n"
            "twitch:someone  recording, then paused  command  05:06:07 UTC  u1\n"
            "    hours=Sat (set)  quality=720p\n"
            "    a note\n"
            "x               paused                  config   -             u2\n"
            "! x: proxy_file: gone\n");
}

TEST(ChannelText, NoChannelIsNoTable) {
  EXPECT_EQ(channel_table(parsed(R"({"channels":[]})")),
            "No channel is watched; `streamrecorder channel add URL` adds one.\n");
  EXPECT_FALSE(channel_table({}).empty());
}

TEST(ChannelText, WhatOthersWroteCannotSteerTheTerminal) {
  const std::string text = channel_table(parsed(
      R"({"channels":[7,{"id":"a\u001b[2J","note":"x\r\ny","overrides":{"title_filter":"\u001b]0;"}}],"problems":3})"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(ChannelText, WithoutADaemonItIsSaidThatItWaits) {
  EXPECT_EQ(channel_told(parsed(R"({"text":"added","changed":true,"running":true})")), "added\n");
  EXPECT_EQ(channel_told(parsed(R"({"text":"added","changed":true,"running":false})")),
            "added (streamrecorder does not run: in effect when it does)\n");
  EXPECT_EQ(channel_told(parsed(R"({"text":"it is","changed":false,"running":false})")), "it is\n");
}

}  // namespace
}  // namespace rec::cli
