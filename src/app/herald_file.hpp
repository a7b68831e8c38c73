// What the herald must remember over a restart, as one small file beside the store: docs/formats/notices.md.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "core/incident.hpp"
#include "ports/messenger.hpp"

namespace rec {

struct WaitingNotice {
  Notice notice{};
  bool maybe_told = false;  ///< a try may have got through
  int tries = 0;
  bool operator==(const WaitingNotice&) const = default;
};

struct HeraldState {
  Instant alive_at{};  ///< the program wrote this then
  bool ended_well = true;
  std::string boot{};  ///< of the machine, as its kernel names it
  /// Keys of what has been told, or is in a queue, of each session.
  std::map<SessionId, std::set<std::string>> told{};
  std::vector<Incident> incidents{};
  std::map<std::string, std::deque<WaitingNotice>> queues{};  ///< by a messenger's name
  std::map<std::string, Instant> digests{};                   ///< by a messenger's name: the last one
  bool operator==(const HeraldState&) const = default;
};

std::string herald_text(const HeraldState& state);
/// corrupt: not what herald_text() wrote.
Result<HeraldState> herald_state(std::string_view text);

/// Blocking. not_found: there is none yet.
Result<HeraldState> load_herald(const std::string& path);
/// Blocking; whole or not at all, durable, readable by its owner alone.
Result<void> save_herald(const std::string& path, const std::string& text);

/// notices.json in the data folder.
std::string herald_path(const std::string& data_folder);

}  // namespace rec
