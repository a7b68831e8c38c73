// Includes go the way the links go: downward, and never from one adapter to another.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "tests/tidy/rooms.hpp"
#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

struct Exception {
  std::string_view room;
  std::string_view header;
};
// The store implements a port that needs nothing of Asio, so it does not link the room that does.
constexpr Exception kExceptions[] = {{"store", "ports/store.hpp"}};

bool is_exception(const Room& room, const std::string& header) {
  return std::ranges::any_of(kExceptions,
                             [&](const Exception& e) { return e.room == room.name && e.header == header; });
}

// Headers are found from src/ and from the project's folder.
std::string path_of_header(const std::string& header) {
  return header.starts_with("sim/") || header.starts_with("tests/") ? header : "src/" + header;
}

std::vector<Finding> wrong_includes(const SourceFile& file, const RoomTable& table) {
  std::vector<Finding> findings;
  const Room* room = file.is_cpp() ? table.room_of(file.path) : nullptr;
  // The command line wires everything to everything.
  if (room == nullptr || room->name == "cli") return findings;
  static const std::regex include("#include \"([^\"]+)\"");
  for (std::sregex_iterator it(file.text.begin(), file.text.end(), include), end; it != end; ++it) {
    const std::string header = (*it)[1].str();
    const std::size_t line = line_of(file.text, static_cast<std::size_t>(it->position()));
    const Room* target = table.room_of(path_of_header(header));
    if (target == nullptr) {
      findings.push_back(
          {file.path, line, "\"" + header + "\" is in no room: begin the path with the room's folder"});
    } else if (target->name != room->name && !room->reaches.contains(target->name) &&
               !is_exception(*room, header)) {
      findings.push_back({file.path, line,
                          "room " + room->name + " may not include \"" + header +
                              "\": CMakeLists.txt does not link " + target->name + " to it"});
    }
  }
  return findings;
}

// What holds main() alone.
bool is_main(const SourceFile& file) {
  return file.path == "src/main.cpp" || file.path == "src/media_main.cpp";
}

const RoomTable& the_table() {
  static const RoomTable table = [] {
    const auto& files = every_file();
    const auto top = std::ranges::find(files, "CMakeLists.txt", &SourceFile::path);
    return RoomTable::parse(top == files.end() ? "" : top->text);
  }();
  return table;
}

constexpr const char* kSample = R"(
# rec_room(commented src/commented LINK rec_base)
rec_room(base src/base LINK fmt::fmt)
rec_room(core src/core LINK rec_base)
rec_room(watch src/watch ASIO LINK rec_core
                                   Boost::json)
rec_room(store src/store LINK rec_core)
rec_room(ports src/ports LINK rec_core)
rec_room(sim_http sim/http ASIO LINK rec_base)
)";

TEST(Includes, TheTableIsReadFromCMake) {
  const RoomTable table = RoomTable::parse(kSample);
  EXPECT_EQ(table.rooms().size(), 6u);
  EXPECT_EQ(table.rooms().at("watch").reaches, (std::set<std::string>{"base", "core"}));
  ASSERT_NE(table.room_of("sim/http/server.cpp"), nullptr);
  EXPECT_EQ(table.room_of("sim/http/server.cpp")->name, "sim_http");
  EXPECT_EQ(table.room_of("src/watcher/x.cpp"), nullptr);
  EXPECT_TRUE(table.in_circles().empty());
  EXPECT_EQ(RoomTable::parse("rec_room(a src/a LINK rec_b)rec_room(b src/b LINK rec_a)").in_circles().size(),
            2u);
}

TEST(Includes, OneUpwardSidewardOrIntoNowhereIsFound) {
  const RoomTable table = RoomTable::parse(kSample);
  const auto count = [&](const char* path, const char* text) {
    return wrong_includes(make_file(path, text), table).size();
  };
  EXPECT_EQ(
      count("src/watch/a.cpp", "#include \"core/x.hpp\"\n#include \"watch/b.hpp\"\n#include <vector>\n"), 0u);
  EXPECT_EQ(count("src/core/a.cpp", "#include \"watch/x.hpp\"\n"), 1u);
  EXPECT_EQ(count("src/watch/a.cpp", "#include \"store/x.hpp\"\n"), 1u);
  EXPECT_EQ(count("src/watch/a.cpp", "#include \"b.hpp\"\n"), 1u);
  EXPECT_EQ(count("sim/http/a.cpp", "#include \"core/x.hpp\"\n#include \"sim/http/b.hpp\"\n"), 1u);
  EXPECT_EQ(count("src/store/a.cpp", "#include \"ports/store.hpp\"\n#include \"ports/watcher.hpp\"\n"), 1u);
}

TEST(Includes, EveryRoomKeepsToTheTable) {
  ASSERT_GT(the_table().rooms().size(), 10u);
  expect_none(in_every_file([](const SourceFile& file) { return wrong_includes(file, the_table()); }));
}

TEST(Includes, NoRoomLinksItselfThroughOthers) {
  EXPECT_EQ(the_table().in_circles(), std::set<std::string>{});
}

TEST(Includes, EverySourceFileIsInARoom) {
  for (const SourceFile& file : every_file()) {
    if (!file.is_cpp() || !(file.in("src") || file.in("sim")) || is_main(file)) continue;
    const Room* room = the_table().room_of(file.path);
    ASSERT_NE(room, nullptr) << file.path << ":1: is in no room, so nothing builds it";
    EXPECT_EQ(std::filesystem::path(file.path).parent_path().generic_string(), room->folder)
        << file.path << ":1: rooms have no folders below them, so nothing builds it";
  }
}

}  // namespace
}  // namespace rec::tidy
