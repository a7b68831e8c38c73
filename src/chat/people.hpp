// Who may say what in the group, and how often. Pure.
#pragma once
#include <cstdint>
#include <map>

#include "app/config.hpp"
#include "base/time.hpp"

namespace rec::chat {

enum class Role { stranger, reader, admin };

/// By control.allowed_user_ids and readonly_user_ids; with both empty and allow_all_group_members, everybody
/// whom Telegram names is an admin. 0 is nobody.
Role role_of(std::int64_t person, const ControlConfig& rules);

/// Lets each person do something so often: `burst` times at once, then once in `every`.
class TurnLimit {
 public:
  TurnLimit(int burst, Millis every) : burst_(burst), every_(every) {}
  [[nodiscard]] bool take(std::int64_t person, SteadyTime now);

 private:
  int burst_;
  Millis every_;
  std::map<std::int64_t, SteadyTime> free_at_;  ///< when all of a person's turns are there again
};

}  // namespace rec::chat
