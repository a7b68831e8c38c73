// Everything that tells people and programs, as the configuration wants it: the herald, its messengers and
// the heartbeats, beside the app of `run`.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/channel_book.hpp"
#include "app/herald.hpp"
#include "cli/house.hpp"
#include "notify/heartbeat.hpp"

namespace rec::cli {

class Telling {
 public:
  /// House and app outlive it; made before the app runs.
  Telling(House& house, App& app);
  void start();
  /// What is told to whom is another thing in the configuration now.
  Task<> change();
  /// When the app has ended.
  asio::awaitable<void> close();

  [[nodiscard]] std::vector<Incident> incidents() const { return herald_->incidents(); }
  /// Whoever signs in writes here why Telegram cannot be used, "" = it can.
  std::string& telegram_trouble() { return telegram_trouble_; }
  /// Says what is wrong with the configuration file, "" = nothing.
  void watch_file(std::function<std::string()> trouble) { file_trouble_ = std::move(trouble); }
  /// What is looked at every hour for; they outlive it. Before start().
  void know(const ChannelBook& channels) { channels_ = &channels; }

 private:
  void add_messengers();
  [[nodiscard]] Herald::Needs needs();
  [[nodiscard]] ConditionFacts facts() const;
  Task<Findings> findings();

  House& house_;
  const Config& config_;  ///< the house's
  App& app_;
  const ChannelBook* channels_ = nullptr;  ///< null: those of the configuration
  Supervisor supervisor_;
  std::vector<std::unique_ptr<Messenger>> messengers_{};
  std::vector<std::unique_ptr<Messenger>> former_messengers_{};  ///< may still be at work
  std::vector<Herald::Teller> tellers_{};
  std::vector<std::unique_ptr<notify::Heartbeat>> heartbeats_{};
  std::vector<std::unique_ptr<notify::Heartbeat>> former_heartbeats_{};
  std::unique_ptr<Herald> herald_{};
  std::string telegram_trouble_{};
  std::function<std::string()> file_trouble_{};
  std::map<ChannelId, std::string> capture_ends_{};
  bool looked_at_files_ = false;
};

}  // namespace rec::cli
