// A schedule of misfortunes: by method, by the number of the call among all calls, or by chance; and counts
// of what was called.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace rec::sim {

struct Fault {
  enum class Kind {
    none,
    error,        ///< answer with code and text, without acting
    lose_reply,   ///< act, then cut the connection instead of answering
    cut,          ///< cut the connection without acting
    ignore,       ///< neither act nor answer
    mute,         ///< act, but never answer
    late,         ///< act, answer half a second later
    forget_part,  ///< the part number `code` of all uploads is lost before it acts
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
  /// The `kth` call from now on, the next one being the first, whatever it is.
  void schedule_at(int kth, Fault fault) {
    at_ = total_ + kth;
    at_fault_ = std::move(fault);
    struck_.clear();
  }
  /// Each call fails with this chance, in one of the ways that happen; the same seed gives the same row.
  void by_chance(double share, std::uint64_t seed) {
    share_ = share;
    random_.seed(seed);
  }
  void delay(const std::string& method, std::chrono::milliseconds by) { delays_[method] = by; }
  void clear() {
    planned_.clear();
    delays_.clear();
    at_ = 0;
    share_ = 0;
  }
  /// Counts the call, and takes the fault that is due for it.
  Fault take(std::string_view method) {
    ++calls_[std::string(method)];
    ++total_;
    auto fault = due(method);
    if (fault.kind != Fault::Kind::none) ++failed_[std::string(method)];
    return fault;
  }
  [[nodiscard]] std::chrono::milliseconds delay_of(std::string_view method) const {
    for (const auto& name : {std::string(method), std::string("*")})
      if (const auto found = delays_.find(name); found != delays_.end()) return found->second;
    return {};
  }
  [[nodiscard]] int count(const std::string& method) const { return look_up(calls_, method); }
  [[nodiscard]] int failed(const std::string& method) const { return look_up(failed_, method); }
  [[nodiscard]] int total() const { return total_; }
  /// What schedule_at's call was; "" = not yet.
  [[nodiscard]] const std::string& struck() const { return struck_; }

 private:
  Fault due(std::string_view method) {
    if (at_ > 0 && total_ >= at_) {
      at_ = 0;
      struck_ = method;
      return at_fault_;
    }
    for (const auto& name : {std::string(method), std::string("*")}) {
      const auto found = planned_.find(name);
      if (found == planned_.end() || found->second.empty()) continue;
      auto fault = std::move(found->second.front());
      found->second.pop_front();
      return fault;
    }
    if (share_ <= 0 || std::uniform_real_distribution<double>()(random_) >= share_) return {};
    using Kind = Fault::Kind;
    const std::array<Fault, 6> kinds{Fault{Kind::error, 500, "INTERNAL"},
                                     Fault{Kind::error, -503, "Timeout"},
                                     Fault{Kind::error, 420, "FLOOD_WAIT_1"},
                                     Fault{Kind::lose_reply},
                                     Fault{Kind::cut},
                                     Fault{Kind::late}};
    return kinds.at(random_() % kinds.size());
  }
  static int look_up(const std::map<std::string, int>& counts, const std::string& method) {
    const auto found = counts.find(method);
    return found == counts.end() ? 0 : found->second;
  }

  std::map<std::string, std::deque<Fault>> planned_;
  std::map<std::string, std::chrono::milliseconds> delays_;
  std::map<std::string, int> calls_, failed_;
  std::mt19937_64 random_;
  double share_ = 0;
  int total_ = 0, at_ = 0;
  Fault at_fault_;
  std::string struck_;
};

}  // namespace rec::sim
