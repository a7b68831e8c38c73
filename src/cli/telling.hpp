// Everything that tells people and programs, as the configuration wants it: the herald, its messengers and
// the heartbeats, beside the app of `run`.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/herald.hpp"
#include "cli/house.hpp"
#include "notify/heartbeat.hpp"

namespace rec::cli {

class Telling {
 public:
  /// House and app outlive it; made before the app runs.
  Telling(const Config& config, House& house, App& app);
  void start();
  /// When the app has ended.
  asio::awaitable<void> close();

  [[nodiscard]] std::vector<Incident> incidents() const { return herald_->incidents(); }
  /// Whoever signs in writes here why Telegram cannot be used, "" = it can.
  std::string& telegram_trouble() { return telegram_trouble_; }

 private:
  void add_messengers();
  [[nodiscard]] Herald::Needs needs();
  [[nodiscard]] ConditionFacts facts() const;
  Task<Findings> findings();

  const Config& config_;
  House& house_;
  App& app_;
  Supervisor supervisor_;
  std::vector<std::unique_ptr<Messenger>> messengers_{};
  std::vector<Herald::Teller> tellers_{};
  std::vector<std::unique_ptr<notify::Heartbeat>> heartbeats_{};
  std::unique_ptr<Herald> herald_{};
  std::string telegram_trouble_{};
  std::map<ChannelId, std::string> capture_ends_{};
  bool looked_at_files_ = false;
};

}  // namespace rec::cli
