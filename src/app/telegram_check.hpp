// How the account stands to the chats that the configuration names: for doctor and `target test`.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/doctor.hpp"
#include "ports/publisher.hpp"
#include "runtime/clock.hpp"

namespace rec {

/// The chats of one target.
struct TargetChats {
  std::string key{};  ///< of its keys in the configuration: "telegram." or "telegram.targets.NAME."
  OptionalChat channel{};
  OptionalChat discussion{};
  OptionalChat backup{};
};

/// The telegram section's own, where it names a channel, and those under telegram.targets.
std::vector<TargetChats> target_chats_of(const Config& config);

/// Signed in or not, whether it may post in each chat, and whether a discussion group is the channel's own.
/// With `try_it`, a message is posted to each channel and removed again. Ends in time for a command that
/// waits for it, also where Telegram does not answer.
Task<Findings> check_telegram(Publisher& publisher, Clock& clock, std::vector<TargetChats> targets,
                              bool try_it = false);

}  // namespace rec
