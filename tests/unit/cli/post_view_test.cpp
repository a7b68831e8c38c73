// What `post` says while it runs and when it is over.
#include "cli/post_view.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace rec::cli {
namespace {

namespace json = boost::json;

json::object status(const char* state, const char* second) {
  return json::parse(std::string(R"({"sessions": [{"id": "b"}, {"id": "a", "title": "T", "status": ")") +
                     state +
                     R"(", "parts": [{"number": 1, "state": "posted", "bytes": 3000000, "duration_s": 61.5,
                        "message_id": 7, "path": "/p"}, )" +
                     second + R"(]}], "queues": {"failing": [{"session": "b", "error": "other"},
                        {"session": "a", "error": "no answer"}]}})")
      .as_object();
}

TEST(PostView, ShowsHowFarTheUploadIs) {
  const auto all =
      status("uploading", R"({"number": 2, "state": "ready", "bytes": 1000000, "uploaded_bytes": 600000})");
  const json::object* session = session_in(all, "a");
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session_in(all, "c"), nullptr);
  EXPECT_FALSE(is_over(*session));
  EXPECT_EQ(post_progress(*session), "▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▱▱ 90 % · 1 of 2 posted · 3.6 of 4.0 MB");
  EXPECT_EQ(post_trouble(all, "a"), "no answer");
  EXPECT_EQ(post_trouble(all, "c"), "");
  EXPECT_EQ(post_progress(*session_in(status("processing", "{}"), "a")), "processing");
}

TEST(PostView, AnUploadThatStandsStillIsSaidToWaitForTelegram) {
  auto all = status("uploading", "{}");
  EXPECT_EQ(post_silence(all), "");
  all["telegram"] = nullptr;
  EXPECT_EQ(post_silence(all), "");
  all["telegram"] = json::object{{"silent_s", nullptr}};
  EXPECT_EQ(post_silence(all), "");
  all["telegram"] = json::object{{"silent_s", 45}};
  EXPECT_EQ(post_silence(all), " · no answer from Telegram for 0:00:45");
}

TEST(PostView, TellsWhatCouldNotBePosted) {
  const auto all =
      status("error", R"({"number": 2, "state": "failed", "bytes": 0, "error": "not there any more"})");
  const json::object& session = *session_in(all, "a");
  EXPECT_TRUE(is_over(session));
  EXPECT_EQ(post_exit_code(session), 3);
  EXPECT_EQ(post_outcome_text(session, true),
            "part 1 posted (0:01:01, 3.0 MB)\npart 2 could not be posted: not there any more\n");
  EXPECT_NE(post_outcome_text(session, false).find("before"), std::string::npos);
  const json::object told = post_outcome(session, true);
  EXPECT_EQ(told.at("parts").at(0).at("message_id"), 7);
  EXPECT_FALSE(told.at("parts").at(0).as_object().contains("path")) << "it is gone by then";
  EXPECT_EQ(told.at("parts").at(1).at("error"), "not there any more");
}

TEST(PostView, NothingPostedIsFailedAndAllPostedIsDone) {
  EXPECT_EQ(post_exit_code(json::parse(R"({"parts": []})").as_object()), 1);
  EXPECT_EQ(post_exit_code(json::parse(R"({"parts": [{"state": "failed"}]})").as_object()), 1);
  EXPECT_EQ(post_exit_code(json::parse(R"({"parts": [{"state": "posted"}]})").as_object()), 0);
}

}  // namespace
}  // namespace rec::cli
