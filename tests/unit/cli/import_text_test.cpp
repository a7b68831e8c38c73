// What `import` prints: a line a thing, and how many of each.
#include "cli/import_text.hpp"

#include <gtest/gtest.h>

namespace rec::cli {
namespace {

TEST(ImportText, EachThingIsOneLineWithItsMark) {
  const ImportLines lines{{ImportVerdict::take, "session", "twitch:a", "1 posted, 2 to be posted"},
                          {ImportVerdict::known, "channel", "twitch:a", "is so already"},
                          {ImportVerdict::left, "config", "", "telegram.session_name: retired"},
                          {ImportVerdict::broken, "state", "state.json", "line one\nline two"},
                          {ImportVerdict::advice, "config", "", "add `language: ru`"}};
  EXPECT_EQ(import_text(lines, false),
            "+ session  twitch:a: 1 posted, 2 to be posted\n"
            "= channel  twitch:a: is so already\n"
            "- config   telegram.session_name: retired\n"
            "! state    state.json: line one; line two\n"
            "? config   add `language: ru`\n"
            "1 to take over, 1 here already, 1 left, 1 broken\n");
  EXPECT_NE(import_text(lines, true).find("1 taken over"), std::string::npos);
}

}  // namespace
}  // namespace rec::cli
