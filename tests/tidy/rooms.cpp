// Parsing rec_room lines, and who reaches whom.
#include "tests/tidy/rooms.hpp"

#include <regex>
#include <sstream>

namespace rec::tidy {
namespace {

std::string without_comments(const std::string& cmake) {
  return std::regex_replace(cmake, std::regex("#[^\n]*"), "");
}

void reach(const std::map<std::string, Room>& rooms, const std::string& name, std::set<std::string>& seen) {
  const auto found = rooms.find(name);
  if (found == rooms.end()) return;
  for (const std::string& link : found->second.links) {
    if (seen.insert(link).second) reach(rooms, link, seen);
  }
}

}  // namespace

RoomTable RoomTable::parse(const std::string& cmake) {
  RoomTable table;
  const std::string text = without_comments(cmake);
  const std::regex call(R"(rec_room\(([^)]*)\))");
  for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
    std::istringstream words((*it)[1].str());
    Room room;
    words >> room.name >> room.folder;
    for (std::string word; words >> word;) {
      if (word.starts_with("rec_")) room.links.insert(word.substr(4));
    }
    table.rooms_.emplace(room.name, room);
  }
  for (auto& [name, room] : table.rooms_) reach(table.rooms_, name, room.reaches);
  return table;
}

const Room* RoomTable::room_of(const std::string& path) const {
  for (const auto& [name, room] : rooms_) {
    if (path.starts_with(room.folder + "/")) return &room;
  }
  return nullptr;
}

std::set<std::string> RoomTable::in_circles() const {
  std::set<std::string> names;
  for (const auto& [name, room] : rooms_) {
    if (room.reaches.contains(name)) names.insert(name);
  }
  return names;
}

}  // namespace rec::tidy
