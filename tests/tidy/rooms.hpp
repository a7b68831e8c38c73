// Which room may include which: read from the rec_room lines of the top CMakeLists.txt.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

namespace rec::tidy {

struct Room {
  std::string name;                 ///< as in rec_<name>
  std::string folder;               ///< src/base, sim/stream
  std::set<std::string> links{};    ///< rooms it links itself
  std::set<std::string> reaches{};  ///< those, and all that they reach
};

class RoomTable {
 public:
  /// `cmake` is the text of the top CMakeLists.txt.
  static RoomTable parse(const std::string& cmake);
  [[nodiscard]] const std::map<std::string, Room>& rooms() const { return rooms_; }
  /// The room whose folder holds this path.
  [[nodiscard]] const Room* room_of(const std::string& path) const;
  /// Names of rooms that, through others, link themselves.
  [[nodiscard]] std::set<std::string> in_circles() const;

 private:
  std::map<std::string, Room> rooms_;
};

}  // namespace rec::tidy
