// What the door writes down: who changed what, and what has been acted on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "chat/audit_log.hpp"
#include "chat/handled.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::chat {
namespace {

constexpr Instant kAuditNoon{Millis(1'800'000'000'000)};

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(AuditLog, ALineIsWhoWhatAndOutcomeAndNothingTypedBreaksIt) {
  const AuditEntry entry{kAuditNoon, 42, "ok", "/source notes x \"a\tb\nc\"", std::string(1000, 'x')};
  const std::string line = audit_line(entry);
  EXPECT_THAT(line, testing::StartsWith("2027-01-15T08:00:00.000Z\t42\tok\t/source notes x \"a b c\"\txxx"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\t'), 4);
  EXPECT_LT(line.size(), 400U);
}

TEST(AuditLog, LinesAreAppendedAndTheFileIsItsOwnersAlone) {
  const test::TempFolder folder;
  const std::string path = folder / "logs/audit.log";
  ASSERT_TRUE(append_audit(path, "one"));
  ASSERT_TRUE(append_audit(path, "two"));
  EXPECT_EQ(whole_file(path), "one\ntwo\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(append_audit(folder / "logs", "a folder is no file"));
}

TEST(Handled, WhatIsWrittenIsReadAgainAndAnotherGroupBeginsAnew) {
  const test::TempFolder folder;
  const std::string path = handled_path(folder.path());
  EXPECT_EQ(load_handled(path, -100)->newest, 0);
  Handled handled;
  handled.chat = -100;
  handled.newest = 99;
  handled.open = {{98, {5, "/stop \"x\""}}, {-7, {6, "!session stop y"}}};
  EXPECT_EQ(*handled_from(handled_text(handled)), handled);
  std::ofstream(path) << handled_text(handled);
  EXPECT_EQ(*load_handled(path, -100), handled);
  EXPECT_EQ(load_handled(path, -200)->newest, 0);
  for (const char* text : {"", "{}", "[]", "{\"version\":2}", "nonsense"})
    EXPECT_FALSE(handled_from(text)) << text;
}

}  // namespace
}  // namespace rec::chat
