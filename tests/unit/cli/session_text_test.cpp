// What `session` prints for people.
#include "cli/session_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace rec::cli {
namespace {

namespace json = boost::json;

json::object details_of(const char* text) { return json::parse(text).as_object(); }

TEST(SessionText, TheTableHasALineASession) {
  EXPECT_EQ(session_table(details_of(R"({"sessions": []})")), "no sessions\n");
  EXPECT_EQ(session_table(details_of(R"({"sessions": [{"id": "01a22222-946f-7000-97c3-267ba9d46c20",
      "started_at": "2026-11-28T12:30:21.295Z", "channel": "twitch:a", "status": "uploading", "posted_parts": 2,
      "parts": 3, "flags": ["skip-compression"], "title": "A title"}]})")),
            "a9d46c20  2026-11-28T12:30  twitch:a  uploading  posted 2/3  (skip-compression)  A title\n");
}

TEST(SessionText, DetailsTellWhereThingsAreAndWhatFails) {
  const std::string text =
      session_details_text(details_of(R"({"id": "s", "channel": "twitch:a", "status": "error",
      "folder": "/out/a", "segments": "/data/segments/s", "recorded_s": 3725, "missing_s": 1.5,
      "target": {"chat": "@main", "backup": "-1003"},
      "parts": [{"number": 1, "state": "failed", "duration_s": 61, "bytes": 1500000, "path": "/out/a/1.mp4",
                 "error": "nothing playable"}],
      "compressed": {"made": "done", "posted": "failed", "error": "no replies"},
      "failing": [{"queue": "post", "attempts": 3, "error": "not allowed"}]})"));
  for (const char* part :
       {"recorded: 1:02:05\n", "missing: 1.5 s\n", "posted to: @main\n", "copied to: -1003\n",
        "segments: /data/segments/s\n", "  part 1: failed, 0:01:01, 1.5 MB, /out/a/1.mp4: nothing playable\n",
        "  compressed: done, comment failed no replies\n", "  waits (post, try 3): not allowed\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
}

TEST(SessionText, AnOutcomeIsALine) {
  EXPECT_EQ(
      session_told(details_of(R"({"session": "01a22222-946f-7000-97c3-267ba9d46c20", "text": "stopped"})")),
      "a9d46c20: stopped\n");
}

}  // namespace
}  // namespace rec::cli
