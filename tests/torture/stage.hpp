// The world that the program is killed in: two channels go live, one of them drops once, and Telegram takes
// the posts, for a bot or a user; where the plan says so a smaller version, its comment and copies come
// behind.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sim/origin/live_stream.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "sim/twitch/sim_twitch.hpp"

namespace rec::torture {

inline constexpr const char* kSteady = "steady";
inline constexpr const char* kDropping = "dropping";

/// When the channels are on, in seconds of the round; a segment lasts one.
struct Script {
  double steady_starts = 1, dropping_starts = 2.5, drop = 1.5;
  std::size_t steady = 14, before = 6, after = 10;
  int grace = 6;            ///< twitch.offline_grace_period
  int patient_grace = 20;   ///< that of a machine that is off in between: who was away for longer asks first
  const char* part = "6s";  ///< recording.part_duration, of media that plays at twice the speed
  bool all_clears = true;   ///< are waited for: an incident is over when nothing was wrong for a minute
  [[nodiscard]] double drops() const { return dropping_starts + static_cast<double>(before); }
  [[nodiscard]] double returns() const { return drops() + drop; }
  [[nodiscard]] double steady_ends() const { return steady_starts + static_cast<double>(steady); }
  [[nodiscard]] double ends() const { return returns() + static_cast<double>(after); }
};
/// Half as long, with parts that are shorter in turn.
Script brief_script();

/// Media of all rounds: encoded once. Frames are numbered from 0 over both of a channel's broadcasts.
struct Media {
  Script script{};
  std::vector<sim::LiveSegment> steady{};           ///< of the channel that is on all the time
  std::vector<sim::LiveSegment> before{}, after{};  ///< of the one that drops
  static constexpr int kFramesASegment = 50;
};
Media make_media(bool brief = false);

/// telegram.post
const char* post_mode(unsigned seed);

struct RoundPlan {
  unsigned seed = 0;
  const char* post = "each";            ///< telegram.post
  const char* log = "../recorder.log";  ///< logging.file
  bool patient = false;                 ///< the script's longer grace period
  bool as_user = false;                 ///< who signed in by `login`, not a bot
  bool comments = false;                ///< the channel has a discussion group
  bool backup = false;                  ///< posts are copied into another chat
  bool compressed = false;              ///< a smaller version is a comment below the first post
};
/// All of it, or some, as the seed wants.
RoundPlan drawn_plan(unsigned seed);
/// "album user comments backup compressed"
std::string word(const RoundPlan& plan);

class Stage {
 public:
  Stage(std::filesystem::path folder, const Media& media, RoundPlan plan);

  /// The recorder's config.yaml, in a folder that is all its own.
  [[nodiscard]] std::string write_config() const;
  [[nodiscard]] std::filesystem::path home() const { return folder_ / "home"; }
  /// Of a plan with a user: what a person does at the terminal; with the configuration written.
  [[nodiscard]] Result<void> sign_in() const;
  /// Plays what is due; call it often. True while something is still to come. A broadcast is not over before
  /// somebody has seen it, and what follows is that much later: one that was over while the program was dead,
  /// or the machine too busy to start it, nobody could have recorded.
  bool play(double seconds);
  [[nodiscard]] double ends() const { return media_.script.ends() + late_; }
  /// How often media playlists were asked for.
  [[nodiscard]] std::size_t playlist_hits() const;
  /// How often Telegram was asked for this, by the method's name.
  [[nodiscard]] int asked_of_telegram(const std::string& method) const { return telegram_->count(method); }
  /// A broadcast is on and has a few seconds left.
  [[nodiscard]] bool on_air() const;
  /// Everything is posted, as far as Telegram shows.
  [[nodiscard]] bool looks_done() const;
  /// What is not as it must be, once the recorder has ended; empty: all is well.
  [[nodiscard]] std::vector<std::string> faults() const;

 private:
  void go_live(const std::string& login, const std::string& broadcast,
               const std::vector<sim::LiveSegment>& media);
  [[nodiscard]] bool was_seen(std::size_t broadcast) const;
  void judge_channel(const std::string& login, std::size_t segments, std::vector<std::string>& faults) const;
  void judge_store(std::vector<std::string>& faults) const;
  void judge_comments(std::vector<std::string>& faults) const;
  void judge_copies(std::vector<std::string>& faults) const;
  [[nodiscard]] std::string login_of(const sim::PostSnapshot& post) const;

  std::filesystem::path folder_;
  const Media& media_;
  RoundPlan plan_;
  sim::SimTwitch twitch_;
  std::unique_ptr<sim::TelegramServer> telegram_;
  std::int64_t chat_ = 0, backup_ = 0;
  std::vector<sim::LiveStream> streams_;
  std::size_t act_ = 0;
  double late_ = 0;  ///< seconds behind the script
  Instant born_ = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
};

}  // namespace rec::torture
