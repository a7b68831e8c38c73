// Files and folders from what strangers type: whatever it is, it stays a name, below its folder, with its id.
#include "app/names.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <array>
#include <filesystem>
#include <random>
#include <set>
#include <vector>

namespace rec {
namespace {

const std::string kOutput = "/srv/out";
const std::array kHostile = {"/",        "\\",        "..",
                             "../",      ".",         "\n",
                             "\r\n",     "\t",        " ",
                             "\x01",     "\x7F",      "\u0085",
                             "\u202E",   "\u2066",    "\u200B",
                             "\uFEFF",   "\u00AD",    "\xC3",
                             "\xFF",     "\xF0\x9F",  "\xED\xA0\x80",
                             "\xC0\xAF", "🎮",        "👩‍👩‍👧",
                             "日本語",   "ё",         "e\u0301",
                             "CON",      "nul.",      "COM7",
                             "LPT0.x",   "%(title)s", "%s%n",
                             "{id}",     "{title}",   "{channel}",
                             "{date}",   "{",         "}",
                             "<>:\"|?*", "~",         "$(reboot)",
                             "-rf",      "a",         "Stream 1"};

std::string hostile_text(std::mt19937& lots) {
  std::string text;
  const std::size_t pieces = lots() % 24;
  for (std::size_t i = 0; i < pieces; ++i) text += kHostile.at(lots() % kHostile.size());
  if (lots() % 400 == 0) {
    const std::string piece = kHostile.at(lots() % kHostile.size());
    while (text.size() < 10'000) text += piece;
  }
  return text;
}

session::Session hostile_session(std::mt19937& lots, int number) {
  session::Session session;
  session.id = SessionId(fmt::format("019ab000-0000-7000-8000-0000{:08x}", number));
  session.title = hostile_text(lots);
  session.channel_name = lots() % 4 == 0 ? hostile_text(lots) : "somebody";
  session.started_at = from_unix_ms(1'800'000'000'000);  // all at once: only the id tells them apart
  return session;
}

std::string id_of(const session::Session& session) { return session.id.str().substr(28); }

bool is_utf8(const std::string& text) {
  std::vector<char> room(text.size() * 4 + 4);
  iconv_t converter = iconv_open("UTF-32LE", "UTF-8");
  char* in = const_cast<char*>(text.data());
  char* out = room.data();
  std::size_t in_left = text.size();
  std::size_t out_left = room.size();
  const bool whole = iconv(converter, &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
  iconv_close(converter);
  return whole;
}

// Every component of `path` is one that any file system takes.
void expect_plain(const std::filesystem::path& path) {
  for (const auto& component : path.relative_path()) {
    const std::string name = component.string();
    ASSERT_FALSE(name.empty());
    ASSERT_LE(name.size(), 255U) << name;
    ASSERT_NE(name, ".");
    ASSERT_NE(name, "..");
    ASSERT_TRUE(is_utf8(name)) << testing::PrintToString(name);
    for (const char c : name) ASSERT_GE(static_cast<unsigned char>(c), 0x20U) << testing::PrintToString(name);
  }
}

class HostileNames : public testing::TestWithParam<const char*> {};

TEST_P(HostileNames, StayBelowTheOutputFolderAndApart) {
  Settings settings;
  settings.output_folder = kOutput;
  settings.path_template = GetParam();
  const bool with_id = settings.path_template.find("{id}") != std::string::npos;
  std::mt19937 lots(20'000);
  std::set<std::string> folders;
  std::set<std::string> files;
  for (int i = 0; i < 5'000; ++i) {
    session::Session session = hostile_session(lots, i);
    session.folder = session_folder(session, settings);
    const std::filesystem::path folder(session.folder);
    ASSERT_TRUE(session.folder.starts_with(kOutput + "/")) << session.folder;
    ASSERT_EQ(folder.lexically_normal(), folder);
    expect_plain(folder);
    if (with_id) {
      ASSERT_NE(session.folder.find(id_of(session)), std::string::npos) << session.folder;
      ASSERT_TRUE(folders.insert(session.folder).second) << session.folder;
    }
    const auto file = folder / part_file_name(session, 1, settings);
    ASSERT_EQ(file.parent_path(), folder) << "no separator in a part's name";
    expect_plain(file);
    ASSERT_NE(file.string().find(id_of(session)), std::string::npos) << file;
    ASSERT_TRUE(files.insert(file.string()).second) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Templates, HostileNames,
                         testing::Values("{channel}/{date} {title} [{id}]",      // the default
                                         "{title}{title}{title}{title} [{id}]",  // longer than a name may be
                                         "{channel}{channel}{channel}{channel}{channel}/{id}/{title}",
                                         "{channel}/{date} {title}"));  // no id: the files have it

TEST(Names, ATitleThatLooksLikeAPlaceholderIsNone) {
  Settings settings;
  settings.output_folder = kOutput;
  session::Session session;
  session.id = SessionId("019ab000-0000-7000-8000-0000deadbeef");
  session.channel_name = "{title}";
  session.title = "{id} {date} {channel}";
  settings.path_template = "{channel}/{title} [{id}]";
  EXPECT_EQ(session_folder(session, settings), kOutput + "/{title}/{id} {date} {channel} [deadbeef]");
}

TEST(Names, ASessionWithoutATitleIsAStream) {
  Settings settings;
  settings.output_folder = kOutput;
  settings.path_template = "//{title}//{id}/";
  session::Session session;
  session.id = SessionId("deadbeef");
  EXPECT_EQ(session_folder(session, settings), kOutput + "/stream/deadbeef");
}

TEST(Names, AConfigurationThatChangedInBetweenTakesNoIdAway) {
  session::Session session;
  session.id = SessionId("deadbeef");
  session.channel_name = "somebody";
  Settings settings;
  settings.output_folder = kOutput;
  settings.path_template = "{channel}";
  session.folder = session_folder(session, settings);
  settings.path_template = "{channel}/{id}";
  EXPECT_NE(part_file_name(session, 1, settings).find("deadbeef"), std::string::npos);
}

TEST(Names, PartsOfASessionSortInTheirOrder) {
  Settings settings;
  session::Session session;
  session.id = SessionId("deadbeef");
  session.channel_name = "somebody";
  std::string last;
  for (int number = 1; number < 1000; ++number) {
    const std::string name = part_file_name(session, number, settings);
    EXPECT_LT(last, name);
    last = name;
  }
}

TEST(Names, ALaterSessionOfAChannelSortsBehindTheEarlierOne) {
  Settings settings;
  session::Session session;
  session.id = SessionId("ffffffff");
  session.channel_name = "somebody";
  session.started_at = from_unix_ms(1'800'000'000'000);
  const std::string earlier = part_file_name(session, 7, settings);
  session.id = SessionId("00000000");
  session.started_at += std::chrono::hours(20);
  EXPECT_LT(earlier, part_file_name(session, 1, settings));
}

TEST(Names, ReservedNamesAreMadeHarmless) {
  for (const char* name : {"CON", "con", "NUL.txt", "COM9", "lpt0", "AUX .mp4"})
    EXPECT_EQ(safe_component(name), std::string("_") + name);
  for (const char* name : {"CONSOLE", "COM", "COM10", "COMX", "nullify"})
    EXPECT_EQ(safe_component(name), name);
}

TEST(Names, AComponentIsCutBetweenCharacters) {
  EXPECT_EQ(safe_component("日本語", 8), "日本");
  EXPECT_EQ(safe_component("日本語", 9), "日本語");
  EXPECT_EQ(safe_component("ab...", 3), "ab");
  EXPECT_EQ(safe_component(" . hidden", 120), "hidden");
  EXPECT_EQ(safe_component("", 120), "_");
  EXPECT_EQ(safe_component("\u202E\u200B", 120), "_");
  EXPECT_EQ(safe_component("a/b\\c:d", 120), "a_b_c_d");
}

TEST(Names, OneLineKeepsWhatPeopleReadAndNothingElse) {
  EXPECT_EQ(one_line("  a\r\n\tb\u2028c  ", 50), "a b c");
  EXPECT_EQ(one_line("\u202Ekcats\u2066", 50), "kcats");
  EXPECT_EQ(one_line("a\xFF"
                     "b",
                     50),
            "a?b");
  EXPECT_EQ(one_line("日本語", 3), "日本語");
  EXPECT_EQ(one_line("日本語", 2), "日本…");
  EXPECT_EQ(one_line("👩‍👧 family", 50), "👩‍👧 family");
  EXPECT_EQ(one_line("\n\n", 50), "");
}

TEST(Names, MarkersAreShortTagsOfTheirOwn) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string marker = fresh_marker();
    EXPECT_EQ(marker.size(), 9U);
    EXPECT_TRUE(marker.starts_with("#r"));
    EXPECT_TRUE(seen.insert(marker).second);
  }
}

}  // namespace
}  // namespace rec
