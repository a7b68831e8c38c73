#include "chat/people.hpp"

#include <algorithm>

namespace rec::chat {
namespace {

constexpr std::size_t kMostPeople = 1000;

}  // namespace

Role role_of(std::int64_t person, const ControlConfig& rules) {
  const auto stands_in = [person](const std::vector<std::int64_t>& ids) {
    return std::ranges::find(ids, person) != ids.end();
  };
  if (person == 0) return Role::stranger;
  if (stands_in(rules.allowed_user_ids)) return Role::admin;
  if (stands_in(rules.readonly_user_ids)) return Role::reader;
  const bool open =
      rules.allow_all_group_members && rules.allowed_user_ids.empty() && rules.readonly_user_ids.empty();
  return open ? Role::admin : Role::stranger;
}

bool TurnLimit::take(std::int64_t person, SteadyTime now) {
  if (free_at_.size() > kMostPeople)
    std::erase_if(free_at_, [now](const auto& each) { return each.second <= now; });
  SteadyTime& free_at = free_at_[person];
  const SteadyTime next = std::max(free_at, now) + every_;
  if (next - now > every_ * burst_) return false;
  free_at = next;
  return true;
}

}  // namespace rec::chat
