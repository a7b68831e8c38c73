// What is to be taken over from the Python program, decided as a whole before anything is done.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/import_session.hpp"
#include "app/import_sources.hpp"
#include "core/store_rows.hpp"

namespace rec {

struct PlannedSession {
  ImportedSession session{};
  std::size_t line = 0;  ///< the one that speaks of it
};

struct ImportPlan {
  ImportLines lines{};
  std::vector<PlannedSession> sessions{};  ///< to be taken
  std::vector<TargetOrder> target_orders{};
  std::vector<ChannelOrder> orders{};
};

struct ImportWish {
  const Config& config;  ///< what our config.yaml says alone
  std::vector<TargetOrder> kept_targets{};
  std::vector<ChannelOrder> kept_channels{};
  std::function<bool(const SessionId&)> is_here{};  ///< was that one taken before?
  Instant now{};
  bool leftovers = false;  ///< take files, too, that no state knows
};

/// invalid: our own configuration asks for what cannot be done. Looks at files, changes none. Blocking.
Result<ImportPlan> plan_import(const ImportSources& sources, const ImportWish& wish);

/// The links that the session goes by. Doing it again changes nothing. Blocking.
Result<void> lay_links(const ImportedSession& session);

/// {"items": [{"verdict", "kind", "name", "text"}], "taken", "broken"}
boost::json::object import_json(const ImportLines& lines);

}  // namespace rec
