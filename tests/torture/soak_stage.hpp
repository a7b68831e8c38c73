// The world of the soak: channels that go live and end again for as long as it takes, on a simulated Twitch;
// Telegram takes the posts.
#pragma once
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sim/origin/live_stream.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "sim/twitch/sim_twitch.hpp"

namespace rec::torture {

class SoakStage {
 public:
  SoakStage(std::filesystem::path folder, int channels, unsigned seed);

  /// The recorder's config.yaml.
  [[nodiscard]] std::string write_config() const;
  /// Lets channels begin and end as is due; call it often. With `ending` none begins any more.
  void play(double now, bool ending);

  [[nodiscard]] int live() const;
  [[nodiscard]] int broadcasts() const { return broadcasts_; }
  /// Media that was broadcast, in segments of two seconds.
  [[nodiscard]] int segments() const { return segments_; }
  [[nodiscard]] std::size_t posts() const;
  /// All broadcasts are over, and nothing of them is left to do.
  [[nodiscard]] bool is_done() const;
  /// What is not as it must be, once the recorder has ended.
  [[nodiscard]] std::vector<std::string> faults() const;

 private:
  struct Channel {
    std::string login;
    bool live = false;
    double next = 0;  ///< when it changes
    int broadcast = 0;
  };
  void begin(Channel& channel, double now);

  std::filesystem::path folder_;
  sim::SimTwitch twitch_;
  std::unique_ptr<sim::TelegramServer> telegram_;
  std::int64_t chat_ = 0;
  std::vector<sim::LiveSegment> media_{};  ///< of the longest broadcast; shorter ones are its beginning
  std::vector<Channel> channels_{};
  std::mt19937 random_;
  int broadcasts_ = 0;
  int segments_ = 0;
};

}  // namespace rec::torture
