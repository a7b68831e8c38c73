// What has happened in a session, told from what it is now: so nothing is missed over a restart, and what was
// told of it once is known by its key. Pure.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "core/segment.hpp"
#include "core/session.hpp"

namespace rec {

struct Happening {
  std::string key{};    ///< within its session: "part.ready/3"
  std::string event{};  ///< of told_events()
  int number = 0;       ///< of the part or post
  Gap gap{};            ///< of a gap
  Instant at{};
};

/// In the order in which they are to be told. `recorded`: there is something of it on the disk. An
/// announcement is no session and brings none, and nor does a channel that is called live and gives nothing.
std::vector<Happening> happenings_of(const session::Session& session, const std::vector<Gap>& gaps,
                                     bool recorded, Instant now);

}  // namespace rec
