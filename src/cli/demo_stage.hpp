// The demo's world: a live stream whose frames are numbered, a simulated Twitch that shows it, a simulated
// Telegram.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sim/origin/live_stream.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "sim/twitch/sim_twitch.hpp"

namespace rec::cli {

/// The instants of the script, in seconds from its start.
struct DemoScript {
  double goes_live = 3;
  double drop_seconds = 4;
  int first_segments = 8;   ///< of two seconds each, before the drop
  int second_segments = 7;  ///< after it
  int grace_seconds = 8;
  [[nodiscard]] double drops() const { return goes_live + 2.0 * first_segments; }
  [[nodiscard]] double returns() const { return drops() + drop_seconds; }
  [[nodiscard]] double ends() const { return returns() + 2.0 * second_segments; }
};

class DemoStage {
 public:
  /// not_found: TDLib or its schema are not installed; the text says how.
  static Result<std::unique_ptr<DemoStage>> open(const std::filesystem::path& folder,
                                                 const std::string& tdlib, const std::string& schema);

  /// Writes the recorder's config.yaml and returns its path.
  [[nodiscard]] Result<std::string> write_config() const;
  /// Plays whatever the script has for this instant; call it often. True while something is still to come.
  bool play(double seconds_since_start);

  [[nodiscard]] const DemoScript& script() const { return script_; }
  [[nodiscard]] int frames() const { return frames_; }
  [[nodiscard]] Instant live_at() const { return live_at_; }
  [[nodiscard]] Instant ended_at() const { return ended_at_; }
  [[nodiscard]] std::vector<sim::PostSnapshot> posts() const { return telegram_->posts(chat_); }
  [[nodiscard]] std::uint64_t bytes_uploaded() const { return telegram_->bytes_received(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  DemoStage() = default;
  Result<void> make_media();
  void go_live(const char* stream_id, const char* prefix, const std::vector<sim::LiveSegment>& media,
               sim::AfterEnd after);

  DemoScript script_;
  std::filesystem::path folder_;
  sim::SimTwitch twitch_;
  std::unique_ptr<sim::TelegramServer> telegram_;
  std::int64_t chat_ = 0;
  std::vector<sim::LiveSegment> first_, second_;
  std::vector<sim::LiveStream> streams_;
  int frames_ = 0;
  int act_ = 0;
  Instant live_at_{};
  Instant ended_at_{};
};

}  // namespace rec::cli
