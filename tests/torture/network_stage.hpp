// The world behind bad lines: two channels of a simulated Twitch, their CDN, and Telegram, each behind a
// proxy whose weather the plan makes.
#pragma once
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "network_plan.hpp"
#include "sim/http/chaos_proxy.hpp"
#include "sim/origin/live_stream.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "sim/twitch/sim_twitch.hpp"

namespace rec::torture {

/// Media of all rounds: encoded once. Every frame carries its number.
struct NetworkMedia {
  std::vector<sim::LiveSegment> steady{}, late{};
  double steady_at = 1, late_at = 9;  ///< seconds from the beginning of the round
  int grace = 40;                     ///< twitch.offline_grace_period
  Traffic traffic{};
  static constexpr int kFramesASegment = 50;
};
/// `brief`: a third of the usual length.
NetworkMedia make_network_media(bool brief);

/// What a round came to.
struct NetworkVerdict {
  int segments = 0;        ///< broadcast
  int missed = 0;          ///< of these
  double gap_seconds = 0;  ///< that were reported
  std::vector<std::string> faults{};
};

class NetworkStage {
 public:
  NetworkStage(std::filesystem::path folder, const NetworkMedia& media, NetworkPlan plan);

  /// The recorder's config.yaml, and what its environment needs.
  [[nodiscard]] std::string write_config();
  [[nodiscard]] std::vector<std::string> environment() const;
  /// Seconds since the beginning.
  [[nodiscard]] double now() const { return seconds_of(std::chrono::steady_clock::now()); }
  /// Plays what is due; call it often. True while something is to come.
  bool play();
  [[nodiscard]] double ends() const;
  /// All is posted and done: nothing is left on the disk and in the store.
  [[nodiscard]] bool cleared() const;
  /// Once the recorder has ended.
  [[nodiscard]] NetworkVerdict verdict() const;

 private:
  struct Broadcast {
    std::string login{};
    const std::vector<sim::LiveSegment>* media = nullptr;
    double at = 0;
    std::unique_ptr<sim::LiveStream> stream{};
    double live_since = 0;
    bool over = false;
  };
  /// From when to when something could not get through, in seconds; the last one may be open.
  struct Outages {
    std::vector<std::pair<double, double>> spans{};
    bool open = false;
    void note(bool blocked, double now);
    /// Whether so many seconds of good weather lie between the two instants.
    [[nodiscard]] bool clear_for(double seconds, double from, double until) const;
    /// When that much good weather was had for the first time.
    [[nodiscard]] double first_clear(double seconds, double from) const;
  };

  [[nodiscard]] sim::Weather weather(unsigned line, double now) const;
  [[nodiscard]] std::string through(const std::string& host, std::uint16_t server,
                                    const sim::ChaosProxy& proxy) const;
  void make_weather(double now);
  void strike_answers(double now);
  void go_live(Broadcast& broadcast, double now);
  [[nodiscard]] double seconds_of(SteadyTime time) const;
  void judge_channel(const Broadcast& broadcast, NetworkVerdict& verdict) const;
  [[nodiscard]] double opened_by(const Broadcast& broadcast) const;
  [[nodiscard]] bool may_be_unseen(const Broadcast& broadcast) const;
  [[nodiscard]] bool gone_at_its_end(const sim::LiveStream& stream) const;
  [[nodiscard]] bool was_on_offer(const Broadcast& broadcast, std::size_t segment, double opened) const;
  void judge_store(NetworkVerdict& verdict) const;

  std::filesystem::path folder_;
  const NetworkMedia& media_;
  NetworkPlan plan_;
  sim::TlsIdentity identity_;
  std::atomic<int> segment_status_{0};  ///< in place of segments; read by the CDN's thread
  sim::SimTwitch twitch_{};
  sim::Origin cdn_;
  std::unique_ptr<sim::TelegramServer> telegram_{};
  std::int64_t chat_ = 0;
  std::unique_ptr<sim::ChaosProxy> to_platform_{}, to_cdn_{}, to_telegram_{}, shared_{};
  std::vector<Broadcast> broadcasts_{};
  std::vector<bool> forgot_{};  ///< spells that are an instant, once they were
  bool names_gone_ = false;
  int playlist_status_ = 0;
  Outages cdn_outages_{}, opening_outages_{};
  SteadyTime born_{};
};

}  // namespace rec::torture
