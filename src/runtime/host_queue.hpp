// Who may start next when each host, each stream and all of them together may have only so many at once.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"

namespace rec {

/// How many of one group (a stream, a channel) may run at once on a host.
using GroupLimit = std::function<std::size_t(const std::string& host)>;

/// Groups take turns: next is the one with the fewest running, among equals the one that had its last turn
/// longest ago. Within a group the oldest that may start goes first. What has no group belongs to one of its
/// host's name, to which `per_group` does not apply. Not thread-safe.
template <class T>
class HostQueue {
 public:
  HostQueue(std::size_t max_per_host, std::size_t max_total, GroupLimit per_group = {})
      : max_per_host_(max_per_host), max_total_(max_total), per_group_(std::move(per_group)) {}

  /// `since`: how old it is, for the order within its group; equals keep the order in which they came.
  void push(const std::string& host, T item, const std::string& group = "", SteadyTime since = {}) {
    auto& [name, of] = *groups_.try_emplace(group.empty() ? host : group, Group{}).first;
    if (of.waiting.empty() && of.running == 0) of.last_turn = turns_;
    auto at = of.waiting.end();
    while (at != of.waiting.begin() && std::prev(at)->since > since) --at;
    of.waiting.insert(at, Waiting{std::move(item), host, limit_for(host, group), since});
    ++waiting_;
    nobody_may_ = false;
  }

  /// Takes the next one that may start; it counts as running until finished(host, group).
  std::optional<T> next() {
    if (waiting_ == 0 || running_ >= max_total_ || nobody_may_) return std::nullopt;
    Group* chosen = nullptr;
    std::size_t place = 0;
    for (auto& [name, group] : groups_) {
      if (chosen != nullptr && !before(group, *chosen)) continue;
      if (const auto found = first_that_may(group)) {
        chosen = &group;
        place = *found;
      }
    }
    nobody_may_ = chosen == nullptr;
    if (chosen == nullptr) return std::nullopt;
    return start(*chosen, place);
  }

  void finished(const std::string& host, const std::string& group = "") {
    const auto found = groups_.find(group.empty() ? host : group);
    --found->second.running;
    if (--found->second.running_on[host] == 0) found->second.running_on.erase(host);
    if (--running_on_[host] == 0) running_on_.erase(host);
    --running_;
    forget_if_idle(found);
    nobody_may_ = false;
  }

  /// Takes out, and returns, those that wait and fulfil the condition.
  template <class Condition>
  std::deque<T> remove_waiting_if(Condition condition) {
    std::deque<T> removed;
    for (auto at = groups_.begin(); at != groups_.end();) {
      std::deque<Waiting> kept;
      for (auto& one : at->second.waiting) {
        if (condition(one.item)) {
          removed.push_back(std::move(one.item));
        } else {
          kept.push_back(std::move(one));
        }
      }
      at->second.waiting = std::move(kept);
      forget_if_idle(at++);
    }
    waiting_ -= removed.size();
    return removed;
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  [[nodiscard]] std::size_t running() const { return running_; }

 private:
  struct Waiting {
    T item;
    std::string host;
    std::size_t limit;  ///< of its group on its host
    SteadyTime since;
  };
  struct Group {
    std::deque<Waiting> waiting{};
    std::size_t running = 0;
    std::map<std::string, std::size_t> running_on{};  ///< by host
    std::uint64_t last_turn = 0;
  };

  [[nodiscard]] std::size_t limit_for(const std::string& host, const std::string& group) const {
    if (group.empty() || !per_group_) return std::numeric_limits<std::size_t>::max();
    return per_group_(host);
  }
  static bool before(const Group& a, const Group& b) {
    return a.running != b.running ? a.running < b.running : a.last_turn < b.last_turn;
  }
  static std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& host) {
    const auto found = counts.find(host);
    return found == counts.end() ? 0 : found->second;
  }
  std::optional<std::size_t> first_that_may(const Group& group) const {
    for (std::size_t i = 0; i < group.waiting.size(); ++i) {
      const auto& one = group.waiting[i];
      if (count_of(running_on_, one.host) < max_per_host_ && count_of(group.running_on, one.host) < one.limit)
        return i;
    }
    return std::nullopt;
  }
  T start(Group& group, std::size_t place) {
    const auto at = group.waiting.begin() + static_cast<std::ptrdiff_t>(place);
    T item = std::move(at->item);
    ++group.running_on[at->host];
    ++running_on_[at->host];
    group.waiting.erase(at);
    ++group.running;
    group.last_turn = ++turns_;
    --waiting_;
    ++running_;
    return item;
  }
  void forget_if_idle(typename std::map<std::string, Group>::iterator group) {
    if (group->second.running == 0 && group->second.waiting.empty()) groups_.erase(group);
  }

  std::size_t max_per_host_;
  std::size_t max_total_;
  GroupLimit per_group_;
  std::map<std::string, Group> groups_{};
  std::map<std::string, std::size_t> running_on_{};  ///< by host
  std::uint64_t turns_ = 0;
  std::size_t waiting_ = 0;
  std::size_t running_ = 0;
  bool nobody_may_ = false;  ///< looked already, and nothing has changed since
};

}  // namespace rec
