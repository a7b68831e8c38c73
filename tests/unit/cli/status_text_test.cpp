// The status for people: three questions answered at a glance.
#include "cli/status_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace rec::cli {
namespace {

namespace json = boost::json;

json::object status_with(const std::string& channels, const std::string& sessions, bool running = true,
                         const std::string& disks = "[]") {
  return json::parse(R"({"running":)" + std::string(running ? "true" : "false") +
                     R"(,"pid":4711,"channels":)" + channels + R"(,"sessions":)" + sessions +
                     R"(,"queues":{"media":0,"post":1,"text":0,"remove":0,"failing":[{"attempts":4,)"
                     R"("next_try":"2026-11-23T21:07:00.000Z","error":"Telegram is away"}]},"disks":)" +
                     disks + "}")
      .as_object();
}

constexpr const char* kChannel =
    R"([{"id":"twitch:a","status":"recording","session":"s-1","dropped_until":null}])";
constexpr const char* kSession =
    R"([{"id":"s-1","channel":"twitch:a","status":"recording","title":"Ranked","recorded_s":13267,"missing_s":12.5,"picture":"1080p60",)"
    R"("posts_to_telegram":true,"posted_parts":4,"gaps":[{"cause":"ad","seconds":10.5},)"
    R"({"cause":"offline","seconds":2}],"parts":[{"number":1,"state":"posted","bytes":10},)"
    R"({"number":2,"state":"ready","bytes":1000,"uploaded_bytes":630},)"
    R"({"number":3,"state":"failed","error":"no media"}]}])";

void expect_said(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "no \"" << word << "\" in:\n" << text;
}

TEST(StatusText, APageOfAnotherSiteIsCalledByItsName) {
  const std::string text = status_text(status_with(
      R"([{"id":"url:2d029bfea11167fa","platform":"url","name":"example.org live","status":"offline"}])",
      "[]"));
  expect_said(text, {"○ example.org live  offline"});
}

TEST(StatusText, SaysWhetherItRecordsWhatIsMissingAndWhatIsPosted) {
  expect_said(
      status_text(status_with(kChannel, kSession)),
      {"runs (pid 4711), 1 of 1 channels live", "twitch:a  recording 3:41:07 · Ranked · 1080p60",
       "gaps: 12.5 s (ad 10.5 s, offline 2 s)", "posted: 4/3 parts, uploading #2 63 %",
       "part 3 could not be made: no media", "1 posts to send", "tried 4×, again at 21:07:00 UTC: Telegram"});
}

TEST(StatusText, SaysHowFastItUploadsAndWhatHoldsItBack) {
  auto status = status_with(kChannel, kSession);
  EXPECT_EQ(status_text(status).find("Telegram:"), std::string::npos);
  status["telegram"] = json::parse(
      R"({"upload_bytes_per_s":3210000,"upload_limit_mbps":50,"limit_note":null,"proxy":"socks5://h:1",)"
      R"("trouble":"no connection","flood_wait_until":"2026-11-23T21:07:00.000Z"})");
  expect_said(status_text(status),
              {"Telegram: uploading 3.2 MB/s · limit 50 Mbit/s · by socks5://h:1 · Telegram asks "
               "to wait until 21:07:00 UTC · FAILS: no connection"});
  status["telegram"] = json::parse(R"({"upload_limit_mbps":50,"silent_s":45})");
  expect_said(status_text(status), {"limit 50 Mbit/s · no answer from Telegram for 0:00:45"});
}

TEST(StatusText, NothingMissingIsSaidToo) {
  expect_said(status_text(status_with(kChannel,
                                      R"([{"id":"s-1","recorded_s":1,"missing_s":0,"gaps":[],"parts":[]}])")),
              {"gaps: 0 s"});
}

TEST(StatusText, WithoutADaemonNothingIsCalledARecording) {
  const std::string text = status_text(status_with(kChannel, kSession, false));
  expect_said(text, {"does not run", "interrupted"});
  EXPECT_EQ(text.find("recording 3:"), std::string::npos) << text;
}

TEST(StatusText, ADropSaysUntilWhenItIsWaitedFor) {
  const std::string dropped =
      R"([{"id":"twitch:a","status":"recording","session":"s-1","dropped_until":"2026-11-23T21:07:00.000Z"}])";
  expect_said(status_text(status_with(dropped, kSession)), {"dropped, waits until 21:07:00 UTC"});
}

TEST(StatusText, ManyThatAreOfflineAreANumber) {
  std::string many = "[";
  for (int i = 0; i < 41; ++i)
    many += (i == 0 ? "" : ",") + std::string(R"({"id":"twitch:x","session":null})");
  const std::string text = status_text(status_with(many + "]", "[]"));
  expect_said(text, {"○ 41 offline"});
  EXPECT_EQ(text.find("twitch:x"), std::string::npos);
}

TEST(StatusText, OneThatIsLiveButNotRecordedIsNotLostAmongManyThatAreOffline) {
  std::string many = R"([{"id":"twitch:denied","status":"offline","note":"live, not recorded: why"})";
  for (int i = 0; i < 9; ++i) many += R"(,{"id":"twitch:x","status":"offline","paused":true})";
  expect_said(status_text(status_with(many + "]", "[]")),
              {"○ twitch:denied  offline · live, not recorded: why", "○ 9 offline"});
}

TEST(StatusText, ARecordingThatWaitsForRoomIsNotOverlooked) {
  const std::string disks = R"([{"folder":"/srv","free_bytes":3000000000,"paused":true,"left_s":null}])";
  expect_said(status_text(status_with(kChannel, kSession, true, disks)),
              {"PAUSED for want of room: 3.0 GB", "/srv"});
}

TEST(StatusText, ATitleCannotSteerTheTerminal) {
  auto status = status_with(kChannel, kSession);
  status["sessions"].as_array()[0].as_object()["title"] = "\x1b[2Jgone\r\nfake line";
  const std::string text = status_text(status);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find("\nfake"), std::string::npos);
}

TEST(StatusText, WhatAnotherVersionLeavesOutIsNoReasonToFail) {
  EXPECT_FALSE(status_text(json::object()).empty());
  EXPECT_FALSE(status_text(status_with("[{}]", "[{}]")).empty());
  EXPECT_FALSE(status_text(json::parse(R"({"channels":3,"sessions":[1],"queues":[],"disks":{}})").as_object())
                   .empty());
}

}  // namespace
}  // namespace rec::cli
