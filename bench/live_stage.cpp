// The world of bench/daemon: channels of a simulated Twitch that are all live from the first second on, and a
// simulated Telegram that takes what is posted.
//   bench_live_stage --channels N --seconds S --mbit M --folder DIR [--telegram]
// Prints one line of JSON when it is ready: where the platforms are, for a config.yaml. For each line of its
// input it prints {"videos": N, "bytes": N} of what is on that Telegram; it ends with its input.
#include <fmt/format.h>

#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "sim/origin/live_stream.hpp"
#include "sim/stream/frame_stream.hpp"
#include "sim/telegram/telegram_server.hpp"
#include "sim/twitch/sim_twitch.hpp"

namespace rec::bench {
namespace {

namespace json = boost::json;

constexpr int kSegmentSeconds = 2;
constexpr int kEncodedSegments = 15;  // shared by all channels, over and over

struct LiveStageOptions {
  int channels = 10;
  int seconds = 120;
  double mbit = 6;
  std::string folder;
  bool telegram = false;
};

/// The same half a minute again and again, as a file that is played in a loop.
Result<std::vector<sim::LiveSegment>> looped_media(const LiveStageOptions& options) {
  sim::StreamOptions stream;
  const bool small = options.mbit < 1;
  stream.width = small ? 160 : 1280;
  stream.height = small ? 90 : 720;
  stream.fps = small ? 25 : 60;
  stream.segments = kEncodedSegments;
  stream.bitrate = std::max(50'000, static_cast<int>(options.mbit * 1e6 * 0.96) - 96'000);
  REC_TRY(auto made, sim::make_stream(stream));
  std::vector<sim::LiveSegment> once;
  for (auto& segment : made)
    once.push_back(
        {{}, segment.duration, false, std::make_shared<const std::string>(std::move(segment.bytes))});
  std::vector<sim::LiveSegment> media;
  while (media.size() * kSegmentSeconds < static_cast<std::size_t>(options.seconds)) {
    sim::LiveSegment next = once[media.size() % once.size()];
    next.discontinuity = !media.empty() && media.size() % once.size() == 0;
    media.push_back(std::move(next));
  }
  return media;
}

Result<void> play_live_stage(const LiveStageOptions& options) {
  REC_TRY(const auto media, looped_media(options));
  sim::SimTwitch twitch;
  std::unique_ptr<sim::TelegramServer> telegram;
  std::int64_t chat = 0;
  json::object world;
  if (options.telegram) {
    REC_TRY(telegram, sim::TelegramServer::start(sim::telegram_options(REC_SOURCE_DIR, options.folder)));
    telegram->add_bot("1000:secret");
    chat = telegram->add_channel({.title = "Recordings"});
    world["tdlib"] = telegram->library_path().string();
    world["proxy"] = fmt::format("socks5://127.0.0.1:{}", telegram->proxy_port());
    world["chat"] = chat;
  }
  for (int i = 0; i < options.channels; ++i) {
    const std::string login = fmt::format("channel{}", i);
    sim::LiveOptions live;
    live.prefix = "/live/" + login;
    const sim::LiveStream stream(twitch.origin(), live, media);
    twitch.set_live(login, fmt::format("{}", 1000 + i), "A title", "Chess", stream.playlist_url());
  }
  world["twitch_id"] = twitch.id_url();
  world["twitch_helix"] = twitch.helix_url();
  world["twitch_gql"] = twitch.gql_url();
  world["twitch_usher"] = twitch.usher_url();
  fmt::print("{}\n", json::serialize(world));
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    int videos = 0;
    std::uint64_t bytes = 0;
    for (const auto& post : telegram ? telegram->posts(chat) : std::vector<sim::PostSnapshot>()) {
      videos += post.file.empty() ? 0 : 1;
      bytes += post.file.empty() ? 0 : post.file.front().size;
    }
    fmt::print("{{\"videos\": {}, \"bytes\": {}}}\n", videos, bytes);
    std::fflush(stdout);
  }
  return {};
}

int live_stage_main(int argc, char** argv) {
  LiveStageOptions options;
  CLI::App app("the world of bench/daemon");
  app.add_option("--channels", options.channels, "all of them live");
  app.add_option("--seconds", options.seconds, "length of the broadcasts");
  app.add_option("--mbit", options.mbit, "of each broadcast");
  app.add_option("--folder", options.folder, "of the simulated Telegram")->required();
  app.add_flag("--telegram", options.telegram, "a simulated Telegram, too");
  CLI11_PARSE(app, argc, argv);
  const auto played = play_live_stage(options);
  if (!played) fmt::print(stderr, "{}\n", played.error().text);
  return played ? 0 : 1;
}

}  // namespace
}  // namespace rec::bench

int main(int argc, char** argv) { return rec::bench::live_stage_main(argc, argv); }
