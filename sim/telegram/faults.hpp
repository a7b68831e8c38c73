// A schedule of misfortunes by method name, and counts of what was called.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace rec::sim {

struct Fault {
  enum class Kind {
    none,
    error,       ///< answer with code and text, without acting
    lose_reply,  ///< act, then cut the connection instead of answering
    cut,         ///< cut the connection without acting
  };
  Kind kind = Kind::none;
  int code = 0;
  std::string text{};
};

/// Not thread-safe: its owner locks. The method "*" stands for every method.
class Faults {
 public:
  void schedule(const std::string& method, int times, Fault fault) {
    for (int i = 0; i < times; ++i) planned_[method].push_back(fault);
  }
  void delay(const std::string& method, std::chrono::milliseconds by) { delays_[method] = by; }
  void clear() {
    planned_.clear();
    delays_.clear();
  }
  /// Counts the call, and takes the fault that is due for it.
  Fault take(std::string_view method) {
    ++calls_[std::string(method)];
    for (const auto& name : {std::string(method), std::string("*")}) {
      const auto found = planned_.find(name);
      if (found == planned_.end() || found->second.empty()) continue;
      auto fault = std::move(found->second.front());
      found->second.pop_front();
      return fault;
    }
    return {};
  }
  [[nodiscard]] std::chrono::milliseconds delay_of(std::string_view method) const {
    for (const auto& name : {std::string(method), std::string("*")})
      if (const auto found = delays_.find(name); found != delays_.end()) return found->second;
    return {};
  }
  [[nodiscard]] int count(const std::string& method) const {
    const auto found = calls_.find(method);
    return found == calls_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, std::deque<Fault>> planned_;
  std::map<std::string, std::chrono::milliseconds> delays_;
  std::map<std::string, int> calls_;
};

}  // namespace rec::sim
