// Who may start next when each host, and all of them together, may have only so many at once.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace rec {

/// Hosts take turns; within a host it is first come, first served. Not thread-safe.
template <class T>
class HostQueue {
 public:
  HostQueue(std::size_t max_per_host, std::size_t max_total)
      : max_per_host_(max_per_host), max_total_(max_total) {}

  void push(const std::string& host, T item) {
    hosts_[host].waiting.push_back(std::move(item));
    ++waiting_;
  }
  /// Takes the next one that may start; it counts as running until finished(host).
  std::optional<T> next() {
    if (waiting_ == 0 || running_ >= max_total_) return std::nullopt;
    auto turn = hosts_.upper_bound(last_);
    for (std::size_t seen = 0; seen < hosts_.size(); ++seen, ++turn) {
      if (turn == hosts_.end()) turn = hosts_.begin();
      auto& [name, host] = *turn;
      if (host.waiting.empty() || host.running >= max_per_host_) continue;
      T item = std::move(host.waiting.front());
      host.waiting.pop_front();
      --waiting_;
      ++host.running;
      ++running_;
      last_ = name;
      return item;
    }
    return std::nullopt;
  }
  void finished(const std::string& host) {
    const auto found = hosts_.find(host);
    --found->second.running;
    --running_;
    forget_if_idle(found);
  }
  /// Takes out, and returns, those that wait and fulfil the condition.
  template <class Condition>
  std::deque<T> remove_waiting_if(Condition condition) {
    std::deque<T> removed;
    for (auto at = hosts_.begin(); at != hosts_.end();) {
      std::deque<T> kept;
      for (auto& item : at->second.waiting) {
        auto& side = condition(item) ? removed : kept;
        side.push_back(std::move(item));
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
  struct Host {
    std::deque<T> waiting{};
    std::size_t running = 0;
  };
  void forget_if_idle(typename std::map<std::string, Host>::iterator host) {
    if (host->second.running == 0 && host->second.waiting.empty()) hosts_.erase(host);
  }

  std::size_t max_per_host_;
  std::size_t max_total_;
  std::map<std::string, Host> hosts_{};
  std::string last_{};  ///< whose turn it was
  std::size_t waiting_ = 0;
  std::size_t running_ = 0;
};

}  // namespace rec
