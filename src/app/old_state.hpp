// What the Python program remembers of its sessions, in its own terms: one object of `active` or `history` of
// state.json, or of a row of state.sqlite3. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "core/session.hpp"
#include "ports/watcher.hpp"

namespace rec {

/// Where it posted a session: fixed when that began, in its later versions. Nothing set: as configured.
struct OldPlace {
  std::string profile{};     ///< of a target of its runtime configuration, "" = none
  std::int64_t channel = 0;  ///< 0 = not told
  std::int64_t discussion = 0;
  std::int64_t backup = 0;
  std::optional<bool> compression{};
  bool operator==(const OldPlace&) const = default;
};

struct OldSession {
  std::string key{};  ///< tells it from every other one
  WatchedChannel channel{};
  std::string status{};   ///< one of its ten words
  bool archived = false;  ///< it stands in the history
  std::string title{};    ///< when it began, as is the category
  std::string category{};
  std::vector<session::Title> titles{};
  Instant started_at{};
  std::optional<Instant> ended_at{};
  std::vector<std::string> recordings{};  ///< absolute paths; of both platforms where it went on elsewhere
  std::vector<std::string> parts{};       ///< what was cut from them to be posted
  std::string compressed{};
  std::map<std::string, std::int64_t> uploaded{};  ///< message by part; without its shift, as Telegram's apps
                                                   ///< number them
  std::vector<std::int64_t> unnamed_messages{};    ///< posted, and nobody knows any more which part
  std::vector<std::int64_t> backups{};             ///< in the backup chat
  std::int64_t waiting_message = 0;                ///< 0 = none, as for the others
  std::int64_t status_message = 0;
  std::int64_t compressed_message = 0;
  std::string error{};
  session::Flags flags{};
  OldPlace place{};
};

/// Relative paths start at `folder`. Times are on the clock of the process's time zone. invalid: what is
/// missing.
Result<OldSession> old_session_of(const boost::json::object& object, const std::string& folder,
                                  bool archived);

struct OldState {
  std::vector<OldSession> sessions{};   ///< the unfinished ones first
  std::vector<std::string> troubles{};  ///< what of it cannot be read, a line each
};
/// The whole of a state.json. invalid: it is none.
Result<OldState> old_state_of_json(const std::string& text, const std::string& folder);
/// Of the rows of state.sqlite3.
OldState old_state_of_rows(const std::vector<std::string>& active, const std::vector<std::string>& history,
                           const std::string& folder);

/// "2026-01-10T12:00:00.123456" on the clock of the process's time zone; nothing for what is no such text.
std::optional<Instant> old_instant(const std::string& text);

}  // namespace rec
