// Which commands have been acted on, kept over a crash: control.json in the data folder. A command is noted
// before it is acted on, so it is acted on once at the most; what a crash has cut short is known, too.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"

namespace rec::chat {

struct OpenCommand {
  std::int64_t person = 0;
  std::string text{};
  bool operator==(const OpenCommand&) const = default;
};

struct Handled {
  std::int64_t chat = 0;
  std::int64_t newest = 0;                     ///< the newest message that was taken up
  std::map<std::int64_t, OpenCommand> open{};  ///< begun and not ended, by message; a button's by the
                                               ///< negative number of its query
  bool operator==(const Handled&) const = default;
};

std::string handled_text(const Handled& handled);
/// corrupt: not what handled_text() wrote.
Result<Handled> handled_from(std::string_view text);

/// control.json in the data folder.
std::string handled_path(const std::string& data_folder);
/// Nothing of another chat is returned. Blocking.
Result<Handled> load_handled(const std::string& path, std::int64_t chat);

}  // namespace rec::chat
