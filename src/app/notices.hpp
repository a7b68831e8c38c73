// What is told of an incident, of something that happened in a session, and of a day: for people as text, for
// programs as JSON. The JSON is promised in docs/notifications.md. Pure.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "app/happenings.hpp"
#include "app/settings.hpp"
#include "core/incident.hpp"
#include "ports/messenger.hpp"

namespace rec {

Notice notice_of_begin(const Incident& incident, Language language);
Notice notice_of_end(const Incident& incident, Language language);
Notice notice_of(const Happening& happening, const session::Session& session, const std::vector<Gap>& gaps,
                 const Settings& settings);

/// The last 24 hours.
struct Day {
  Instant at{};
  std::vector<session::Session> sessions{};  ///< that were going on in them
  std::map<SessionId, std::vector<Gap>> gaps{};
  std::vector<Incident> incidents{};
  std::uint64_t free_bytes = 0;  ///< of the fullest disk, 0 = not known
};
Notice notice_of_day(const Day& day, Language language);

/// As `status --json` has it, where it is English.
boost::json::array incidents_json(const std::vector<Incident>& incidents, Language language = Language::en);

}  // namespace rec
