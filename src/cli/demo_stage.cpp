#include "cli/demo_stage.hpp"

#include <fmt/format.h>

#include <fstream>

#include "cli/demo_media.hpp"
#include "runtime/system_clock.hpp"

namespace rec::cli {
namespace {

constexpr const char* kLogin = "demo";
constexpr const char* kBot = "1000:demo";
constexpr int kFps = 25;

}  // namespace

Result<std::unique_ptr<DemoStage>> DemoStage::open(const std::filesystem::path& folder,
                                                   const std::string& tdlib, const std::string& schema) {
  std::unique_ptr<DemoStage> stage(new DemoStage());
  stage->folder_ = folder;
  sim::TelegramServerOptions options;
  options.folder = folder / "telegram";
  options.library = tdlib;
  options.schema = schema;
  REC_TRY(stage->telegram_, sim::TelegramServer::start(options));
  stage->telegram_->add_bot(kBot);
  sim::ChannelOptions channel;
  channel.title = "Demo recordings";
  stage->chat_ = stage->telegram_->add_channel(channel);
  stage->twitch_.add_channel(kLogin);
  REC_CHECK(stage->make_media());
  return stage;
}

// Two encoder runs: the second one's timestamps and sequence numbers start over, its frames count on.
Result<void> DemoStage::make_media() {
  const int frames_before = script_.first_segments * 2 * kFps;
  REC_TRY(first_, make_demo_media(folder_ / "media", kFps, 0, script_.first_segments));
  REC_TRY(second_, make_demo_media(folder_ / "media", kFps, frames_before, script_.second_segments));
  frames_ = frames_before + script_.second_segments * 2 * kFps;
  return {};
}

Result<std::string> DemoStage::write_config() const {
  std::string path = (folder_ / "config.yaml").string();
  std::ofstream out(path);
  out << fmt::format(R"(platform: twitch
telegram:
  api_id: 1
  api_hash: "demo"
  bot_token: "{}"
  channel_id: {}
  tdlib: "{}"
  proxy: ["socks5://127.0.0.1:{}"]
twitch:
  client_id: simulatedclient
  client_secret: simulatedsecret
  channels: [{}]
  check_interval: 1
  offline_grace_period: {}
recording:
  output_dir: ./recordings
  part_duration: 6s
  min_free: 50MB
endpoints:
  twitch_id: {}
  twitch_helix: {}
  twitch_gql: {}
  twitch_usher: {}
logging:
  file: ./recorder.log
state:
  path: ./data/state.db
web:
  listen: ""
)",
                     kBot, chat_, telegram_->library_path().string(), telegram_->proxy_port(), kLogin,
                     script_.grace_seconds, twitch_.id_url(), twitch_.helix_url(), twitch_.gql_url(),
                     twitch_.usher_url());
  out.close();
  if (!out) return fail(Errc::no_space, "cannot write " + path);
  return path;
}

void DemoStage::go_live(const char* stream_id, const char* prefix, const std::vector<sim::LiveSegment>& media,
                        sim::AfterEnd after) {
  sim::LiveOptions options;
  options.prefix = prefix;
  options.after_end = after;
  options.twitch_tags = true;
  streams_.emplace_back(twitch_.origin(), options, media);
  twitch_.set_live(kLogin, stream_id, "Ranked until the end", "VALORANT", streams_.back().playlist_url());
}

bool DemoStage::play(double now) {
  const SystemClock clock;
  const auto act = [&](int number, double at, const char* what, auto&& perform) {
    if (act_ != number || now < at) return;
    ++act_;
    perform();
    fmt::print("{:6.1f} s  {}\n", now, what);
  };
  act(0, 0, "offline", [] {});
  act(1, script_.goes_live, "goes live", [&] {
    live_at_ = clock.now();
    go_live("4001", "/live/demo/1", first_, sim::AfterEnd::not_found);
  });
  act(2, script_.drops(), "drops", [&] { twitch_.set_offline(kLogin); });
  act(3, script_.returns(), "is back, within the grace period, with a new playlist that counts from 0",
      [&] { go_live("4002", "/live/demo/2", second_, sim::AfterEnd::endlist); });
  act(4, script_.ends(), "ends", [&] {
    twitch_.set_offline(kLogin);
    ended_at_ = clock.now();
  });
  std::fflush(stdout);
  return act_ < 5;
}

}  // namespace rec::cli
