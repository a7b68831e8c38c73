#include "soak_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "process_look.hpp"
#include "sim/stream/frame_stream.hpp"
#include "stage_tools.hpp"
#include "store/sqlite_store.hpp"

namespace rec::torture {
namespace {

constexpr int kSoakSegmentSeconds = 2;
constexpr int kShortest = 10, kLongest = 45;           // segments of a broadcast
constexpr double kSilentFrom = 12, kSilentUntil = 40;  // seconds between two, longer than the grace

std::vector<sim::LiveSegment> soak_media() {
  sim::StreamOptions options;
  options.width = 64;
  options.height = 64;
  options.bitrate = 30'000;
  options.segments = kLongest;
  options.segment_seconds = kSoakSegmentSeconds;
  return encoded_media(options);
}

}  // namespace

SoakStage::SoakStage(std::filesystem::path folder, int channels, unsigned seed)
    : folder_(std::move(folder)), media_(soak_media()), random_(seed) {
  auto options = sim::telegram_options(REC_SOURCE_DIR, folder_ / "telegram");
  auto server = sim::TelegramServer::start(options);
  if (!server) throw std::runtime_error(server.error().text);
  telegram_ = *std::move(server);
  telegram_->add_bot("1000:secret");
  chat_ = telegram_->add_channel({.title = "Recordings"});
  std::uniform_real_distribution<double> first(1, kSilentUntil);
  for (int i = 0; i < channels; ++i) {
    channels_.push_back({fmt::format("soak_{:02}", i), false, first(random_), 0});
    twitch_.add_channel(channels_.back().login);
  }
}

std::string SoakStage::write_config() const {
  std::string logins;
  for (const Channel& channel : channels_) logins += (logins.empty() ? "" : ", ") + channel.login;
  const auto path = folder_ / "config.yaml";
  std::ofstream(path) << fmt::format(R"(platform: twitch
telegram: {{api_id: 1, api_hash: "0123456789abcdef0123456789abcdef", bot_token: "1000:secret", channel_id: {}, tdlib: "{}",
           proxy: ["socks5://127.0.0.1:{}"], post: each}}
twitch:
  client_id: simulatedclient
  client_secret: simulatedsecret
  channels: [{}]
  check_interval: 2
  offline_grace_period: 4
recording: {{output_dir: ./recordings, part_duration: 30s, min_free: 50MB}}
endpoints: {{twitch_id: "{}", twitch_helix: "{}", twitch_gql: "{}", twitch_usher: "{}"}}
logging: {{file: ./recorder.log}}
state: {{path: ./data/state.db}}
web: {{listen: ""}}
)",
                                     chat_, telegram_->library_path().string(), telegram_->proxy_port(),
                                     logins, twitch_.id_url(), twitch_.helix_url(), twitch_.gql_url(),
                                     twitch_.usher_url());
  return path.string();
}

void SoakStage::begin(Channel& channel, double now) {
  const int length = std::uniform_int_distribution<int>(kShortest, kLongest)(random_);
  sim::LiveOptions options;
  options.prefix = fmt::format("/live/{}/{}", channel.login, ++channel.broadcast);
  options.window = 30;  // a machine that is busy otherwise shows as nothing here
  options.twitch_tags = true;
  const sim::LiveStream stream(twitch_.origin(), options, {media_.begin(), media_.begin() + length});
  ++broadcasts_;
  segments_ += length;
  twitch_.set_live(channel.login, std::to_string(10'000 + broadcasts_),
                   fmt::format("Broadcast {} of {}", channel.broadcast, channel.login), "Chess",
                   stream.playlist_url());
  channel.live = true;
  channel.next = now + length * kSoakSegmentSeconds;
}

void SoakStage::play(double now, bool ending) {
  for (Channel& channel : channels_) {
    if (now < channel.next) continue;
    if (channel.live) {
      twitch_.set_offline(channel.login);
      channel.live = false;
      channel.next = now + std::uniform_real_distribution<double>(kSilentFrom, kSilentUntil)(random_);
    } else if (!ending) {
      begin(channel, now);
    }
  }
}

int SoakStage::live() const {
  return static_cast<int>(std::ranges::count_if(channels_, [](const Channel& one) { return one.live; }));
}

std::size_t SoakStage::posts() const {
  return static_cast<std::size_t>(telegram_->count("messages.sendMedia"));
}

bool SoakStage::is_done() const {
  if (live() > 0) return false;
  auto store = SqliteStore::open((folder_ / "data" / "state.db").string());
  if (!store) return false;
  const auto left = (*store)->load();
  const auto history = (*store)->history(broadcasts_ + 1);
  return left && left->sessions.empty() && left->outbox.empty() && history &&
         static_cast<int>(history->size()) == broadcasts_;
}

std::vector<std::string> SoakStage::faults() const {
  std::vector<std::string> faults;
  auto store = SqliteStore::open((folder_ / "data" / "state.db").string());
  if (!store) return {store.error().text};
  const auto left = (*store)->load();
  if (!left || !left->sessions.empty() || !left->outbox.empty())
    faults.emplace_back("work is left in the store");
  const auto history = (*store)->history(broadcasts_ + 1);
  if (!history || static_cast<int>(history->size()) != broadcasts_)
    faults.push_back(fmt::format("{} sessions of {} broadcasts", history ? history->size() : 0, broadcasts_));
  std::size_t gaps = 0;
  if (history)
    for (const auto& session : *history)
      gaps += (*store)->gaps(session.id).value_or(std::vector<Gap>{}).size();
  if (gaps > 0) faults.push_back(fmt::format("{} gaps", gaps));
  double posted = 0;
  for (const auto& post : telegram_->posts(chat_))
    if (!post.deleted && !post.file.empty()) posted += std::round(post.file.front().duration / 2) * 2;
  const double wanted = segments_ * kSoakSegmentSeconds;
  if (posted != wanted) faults.push_back(fmt::format("{} s posted of {} s", posted, wanted));
  if (bytes_in(folder_ / "recordings") + bytes_in(folder_ / "data" / "segments") > 0)
    faults.emplace_back("files were left behind");
  return faults;
}

}  // namespace rec::torture
