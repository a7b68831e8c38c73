// What needs a person, told from what is: nothing that fails has to report itself here. Pure.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/disk_guard.hpp"
#include "app/doctor.hpp"
#include "app/ledger.hpp"
#include "app/status_view.hpp"
#include "core/incident.hpp"
#include "ports/watcher.hpp"

namespace rec {

/// What is known beside the model.
struct ConditionFacts {
  Instant now{};
  Instant running_since{};
  std::vector<DiskGuard::View> disks{};
  std::string disk_trouble{};  ///< why nothing can be written, "" = it can
  std::vector<WatchReport> watch{};
  Findings findings{};                                ///< of doctor's checks, those that are repeated
  std::string config_file{};                          ///< what is wrong with it, a line each; "" = nothing
  std::string telegram{};                             ///< why it cannot be used, "" = it can
  std::map<std::string, std::string> chats{};         ///< what is wrong with each, "" = nothing
  std::map<ChannelId, std::string> capture_ends{};    ///< why the last capture ended
  std::map<std::string, std::string> unreachable{};   ///< messengers that fail, and why
  std::map<SessionId, std::chrono::seconds> still{};  ///< uploads that do not move, for how long
  std::function<std::optional<SessionProgress>(const SessionId&)> progress{};
};

std::vector<Condition> conditions_of(const Model& model, const Settings& settings,
                                     const IncidentsConfig& rules, const ConditionFacts& facts);

}  // namespace rec
