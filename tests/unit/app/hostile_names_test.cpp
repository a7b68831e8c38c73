// Thousands of titles and names of channels as nobody should write them; 100,000 with REC_LONG. Whatever they
// are, folders and files stay below their folder, apart from each other, and are names that one can read.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/names.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

using namespace std::string_literals;

/// Sessions of each template.
int sessions_a_template() { return std::getenv("REC_LONG") != nullptr ? 25'000 : 1'250; }

const std::vector<std::string> kHostilePieces = {"/",
                                                 "\\",
                                                 "..",
                                                 "../",
                                                 "../../etc/passwd",
                                                 ".",
                                                 "...",
                                                 "\n",
                                                 "\r\n",
                                                 "\t",
                                                 " ",
                                                 "   ",
                                                 "\0"s,
                                                 "\x01",
                                                 "\x1B[31m",
                                                 "\x7F",
                                                 "\u0085",
                                                 "\u202E",
                                                 "\u2066",
                                                 "\u061C",
                                                 "\u200B",
                                                 "\u200D",
                                                 "\uFEFF",
                                                 "\u00AD",
                                                 "\u3164",
                                                 "\uFE0F",
                                                 "\U000E0041",
                                                 "\u2028",
                                                 "\u3000",
                                                 "\u00A0",
                                                 "\u2003",
                                                 "\xC3",
                                                 "\xFF",
                                                 "\xF0\x9F",
                                                 "\xED\xA0\x80",
                                                 "\xC0\xAF",
                                                 "\xF4\x90\x80\x80",
                                                 "🎮",
                                                 "👩‍👩‍👧",
                                                 "🇺🇦",
                                                 "日本語",
                                                 "العربية",
                                                 "עברית",
                                                 "ё",
                                                 "e\u0301",
                                                 "\u00E9",
                                                 "e\u0301\u0327\u0334\u0489",
                                                 "Å",
                                                 "A\u030A",
                                                 "\u212B",
                                                 "ﬁ",
                                                 "CON",
                                                 "nul.",
                                                 "COM7",
                                                 "LPT0.x",
                                                 "aux ",
                                                 "%(title)s",
                                                 "%s%n",
                                                 "{id}",
                                                 "{title}",
                                                 "{channel}",
                                                 "{date}",
                                                 "{",
                                                 "}",
                                                 "<>:\"|?*",
                                                 "~",
                                                 "$(reboot)",
                                                 "`id`",
                                                 "-rf",
                                                 "--",
                                                 "'",
                                                 "a",
                                                 "Stream 1",
                                                 ".mp4",
                                                 ".part",
                                                 "part001"};

std::string hostile_title(std::mt19937& lots) {
  std::string text;
  const std::size_t pieces = lots() % 24;
  for (std::size_t i = 0; i < pieces; ++i) text += kHostilePieces.at(lots() % kHostilePieces.size());
  if (lots() % 300 == 0) {  // 10,000 characters of one kind
    const std::string piece = kHostilePieces.at(lots() % kHostilePieces.size());
    for (int i = 0; i < 10'000; ++i) text += piece;
  }
  for (std::size_t i = lots() % 4 == 0 ? lots() % 40 : 0; i > 0; --i) text += static_cast<char>(lots() % 256);
  return text;
}

session::Session hostile_session(std::mt19937& lots, int number) {
  session::Session session;
  session.id = SessionId(fmt::format("019ab000-0000-7000-8000-0000{:08x}", number));
  session.title = hostile_title(lots);
  session.channel_name = lots() % 3 == 0 ? hostile_title(lots) : "somebody";
  session.started_at = from_unix_ms(1'800'000'000'000);  // all at once: only the id tells them apart
  return session;
}

std::string id_end(const session::Session& session) { return session.id.str().substr(28); }

/// "deadbeef" of "…/2026 A title [deadbeef]"
std::string id_in(const std::string& folder) { return folder.substr(folder.rfind('[')); }

/// Its characters; nothing when it is no UTF-8.
std::u32string characters_of(const std::string& text) {
  static iconv_t converter = iconv_open("UTF-32LE", "UTF-8");
  std::u32string out(text.size(), char32_t{});
  char* in = const_cast<char*>(text.data());
  char* to = reinterpret_cast<char*>(out.data());
  std::size_t in_left = text.size();
  std::size_t out_left = out.size() * sizeof(char32_t);
  if (iconv(converter, &in, &in_left, &to, &out_left) == static_cast<std::size_t>(-1)) return {};
  out.resize(out.size() - out_left / sizeof(char32_t));
  return out;
}

/// Of those that are in the pieces above: what shows nothing, or turns what follows around.
bool shows_nothing(char32_t c) {
  static const std::set<char32_t> kUnseen = {0x85,   0xAD,   0x61C,  0x200B, 0x200D, 0x2028,
                                             0x202E, 0x2066, 0x3164, 0xFE0F, 0xFEFF, 0xE0041};
  return c < 0x20 || c == 0x7F || kUnseen.contains(c);
}

bool ends_with_space(const std::u32string& name) {
  static const std::set<char32_t> kSpaces = {0x20, 0xA0, 0x2003, 0x3000};
  return kSpaces.contains(name.back()) || kSpaces.contains(name.front());
}

/// "" or what is wrong with it as a name that any file system takes, and that people can read.
std::string unfit(const std::string& name) {
  if (name.empty() || name == "." || name == "..") return "is no name";
  if (name.size() > NAME_MAX - 5) return "is too long, with .part behind it";
  const std::u32string characters = characters_of(name);
  if (characters.empty()) return "is no UTF-8";
  if (std::ranges::any_of(characters, shows_nothing)) return "has characters that nobody sees";
  if (ends_with_space(characters) || name.back() == '.' || name.front() == '.')
    return "has dots or spaces at an end";
  if (name.find_first_of("<>:\"/\\|?*"s + '\0') != std::string::npos)
    return "has what other systems do not take";
  return {};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

class HostileNames : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    settings.output_folder = output.path();
    settings.path_template = GetParam();
  }

  void expect_fit(const std::filesystem::path& path) const {
    ASSERT_EQ(path.lexically_normal(), path);
    const auto below = path.lexically_relative(output.path());
    ASSERT_FALSE(below.empty());
    for (const auto& component : below) {
      const std::string wrong = unfit(component.string());
      ASSERT_TRUE(wrong.empty()) << testing::PrintToString(component.string()) << " " << wrong;
    }
  }

  /// What the disk makes of it.
  void expect_made_below(const std::filesystem::path& file) const {
    std::filesystem::create_directories(file.parent_path());
    ASSERT_TRUE(std::ofstream(file.string() + ".part") << "x") << file;
    const auto real = std::filesystem::canonical(file.string() + ".part");
    ASSERT_TRUE(real.string().starts_with(std::filesystem::canonical(output.path()).string() + "/")) << real;
    std::filesystem::remove(real);
  }

  test::TempFolder output;
  Settings settings;
};

TEST_P(HostileNames, StayBelowTheOutputFolderApartAndReadable) {
  const bool with_id = settings.path_template.find("{id}") != std::string::npos;
  std::mt19937 lots(20'000);
  std::set<std::string> folders, files;
  for (int i = 0; i < sessions_a_template(); ++i) {
    session::Session session = hostile_session(lots, i);
    session.folder = session_folder(session, settings);
    ASSERT_NO_FATAL_FAILURE(expect_fit(session.folder));
    if (with_id) {
      ASSERT_NE(session.folder.find(id_end(session)), std::string::npos) << session.folder;
      ASSERT_TRUE(folders.insert(lower(session.folder)).second) << session.folder;
    }
    for (const std::string& name :
         {part_file_name(session, 1, settings), part_file_name(session, 2, settings),
          compressed_file_name(session, settings)}) {
      const auto file = std::filesystem::path(session.folder) / name;
      ASSERT_EQ(file.parent_path(), session.folder) << "a separator in " << name;
      ASSERT_NO_FATAL_FAILURE(expect_fit(file));
      ASSERT_TRUE(files.insert(lower(file.string())).second) << file << " is there twice";
    }
    if (i % 50 == 0)
      ASSERT_NO_FATAL_FAILURE(
          expect_made_below(std::filesystem::path(session.folder) / part_file_name(session, 1, settings)));
  }
}

INSTANTIATE_TEST_SUITE_P(Templates, HostileNames,
                         testing::Values("{channel}/{date} {title} [{id}]",      // the default
                                         "{title}{title}{title}{title} [{id}]",  // longer than a name may be
                                         "{channel}{channel}{channel}{channel}{channel}/{id}/{title}",
                                         "{channel}/{date} {title}"));  // no id: the files have it

TEST(HostileTitles, WordsThatCanBeReadAreStillThereWhateverStandsAroundThem) {
  Settings settings;
  settings.output_folder = "/srv/out";
  std::mt19937 lots(7);
  for (int i = 0; i < sessions_a_template(); ++i) {
    session::Session session = hostile_session(lots, i);
    session.title = "Финал 決勝 Finale" + session.title;
    ASSERT_NE(session_folder(session, settings).find("Финал 決勝 Finale"), std::string::npos)
        << session.title;
  }
}

TEST(HostileTitles, TitlesThatLookTheSameAndAreWrittenOtherwiseHaveFilesOfTheirOwn) {
  Settings settings;
  settings.output_folder = "/srv/out";
  const std::array<std::pair<std::string, std::string>, 4> alike = {{{"Caf\u00E9", "Cafe\u0301"},
                                                                     {"\u212Bngstrom", "A\u030Angstrom"},
                                                                     {"STREAM", "stream"},
                                                                     {"a\u200Bb", "ab"}}};
  for (const char* way : {"{channel}/{date} {title} [{id}]", "{channel}/{title}"}) {
    settings.path_template = way;
    int number = 0;
    for (const auto& [one, other] : alike) {
      std::set<std::string> files;
      for (const std::string& title : {one, other}) {
        session::Session session;
        session.id = SessionId(fmt::format("019ab000-0000-7000-8000-0000{:08x}", number++));
        session.channel_name = "somebody";
        session.title = title;
        session.folder = session_folder(session, settings);
        // Without an id a disk may take both folders for the same one.
        const std::string apart = settings.path_template.ends_with("[{id}]") ? id_in(session.folder) : "";
        files.insert(apart + part_file_name(session, 1, settings));
      }
      EXPECT_EQ(files.size(), 2U) << one << " and " << other;
    }
  }
}

}  // namespace
}  // namespace rec
