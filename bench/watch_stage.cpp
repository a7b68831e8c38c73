// The platforms of bench/watch: a Twitch and a YouTube on loopback whose channels go live at random, and when
// each was noticed. Nothing is measured inside the program that is looked at: a channel counts as seen when
// its playlist (Twitch) or its live page (YouTube) is fetched, and as recorded when its first segment is.
//   bench_watch_stage [--twitch N] [--youtube N] [--minutes M] …
// Prints a line with its URLs when it is ready, waits for a line, plays for so long, and prints the outcome.
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "sim/origin/live_stream.hpp"
#include "sim/stream/frame_stream.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "sim/youtube/sim_youtube.hpp"

namespace rec::bench {
namespace {

namespace json = boost::json;

constexpr double kSetting = 0.05;  // seconds until what the agenda says is so

struct WatchStageOptions {
  int twitch = 1000;
  int youtube = 50;
  double minutes = 10;
  int live_at_start = 20;     ///< Twitch channels
  double twitch_starts = 20;  ///< a minute
  double youtube_starts = 2;  ///< a minute; every other one is announced
  int stream_seconds = 40;    ///< how long a Twitch broadcast is
  unsigned seed = 1;
};

/// One broadcast; times in seconds since the beginning, below zero: never.
struct Broadcast {
  std::string channel;
  double live = 0;
  bool announced = false;
  double seen = -1;
  double first_byte = -1;
};

class WatchStage {
 public:
  WatchStage(WatchStageOptions options, std::vector<sim::LiveSegment> media)
      : options_(options), media_(std::move(media)), random_(options.seed) {
    for (int i = 0; i < options_.twitch; ++i) twitch_.add_channel(login(i));
    for (int i = 0; i < options_.youtube; ++i) youtube_.add_channel(handle(i));
    const double seconds = options_.minutes * 60;
    plan(twitch_plan_, options_.twitch, options_.live_at_start, options_.minutes * options_.twitch_starts,
         {3, seconds - 35});
    plan(youtube_plan_, options_.youtube, 0, options_.minutes * options_.youtube_starts, {20, seconds - 65});
    twitch_.origin().mount("/bench/page", [this](const sim::HttpQuery&) {
      return sim::text_answer(200,
                              "<html><title>x</title><video src=\"" + twitch_.origin().url("/bench/0") +
                                  "/index.m3u8\"></video></html>",
                              "text/html");
    });
  }

  [[nodiscard]] std::string urls() const {
    const json::value all = {{"id", twitch_.id_url()},    {"helix", twitch_.helix_url()},
                             {"gql", twitch_.gql_url()},  {"usher", twitch_.usher_url()},
                             {"youtube", youtube_.url()}, {"page", page_url()},
                             {"twitch", options_.twitch}, {"youtube_channels", options_.youtube}};
    return json::serialize(all);
  }

  /// What is there when the program starts.
  void open() {
    for (auto& [at, broadcast] : twitch_plan_)
      if (at <= 0) begin_twitch(broadcast);
    sim::LiveOptions page;
    page.prefix = "/bench/0";
    const sim::LiveStream live(twitch_.origin(), page, media_);
    page_stream_ = live.playlist_url();
  }

  void play() {
    began_ = std::chrono::steady_clock::now();
    announce();
    for (auto& [at, broadcast] : twitch_plan_) {
      if (at <= 0) continue;
      agenda_.emplace(at, [this, &one = broadcast] { begin_twitch(one); });
    }
    for (auto& [at, broadcast] : youtube_plan_)
      if (!broadcast.announced) agenda_.emplace(at, [this, &one = broadcast] { begin_youtube(one); });
    while (now() < options_.minutes * 60) {
      while (!agenda_.empty() && agenda_.begin()->first <= now()) {
        const auto next = agenda_.extract(agenda_.begin());
        next.mapped()();
      }
      std::this_thread::sleep_for(Millis(5));
    }
  }

  [[nodiscard]] std::string outcome() {
    json::object requests;
    for (const auto& [path, minutes] : twitch_.requests_by_minute()) {
      if (!path.starts_with("/live/") && !path.starts_with("/bench/"))
        requests[path] = json::array(minutes.begin(), minutes.end());
    }
    const json::value all = {{"twitch", told(twitch_plan_)},
                             {"youtube", told(youtube_plan_)},
                             {"requests", std::move(requests)},
                             {"youtube_pages", youtube_.pages_asked()},
                             {"youtube_most_a_minute", youtube_.most_pages_in(Millis(60'000))}};
    return json::serialize(all);
  }

 private:
  using Plan = std::multimap<double, Broadcast>;
  struct Span {
    double from, to;
  };

  static std::string login(int number) { return fmt::format("channel{}", number); }
  static std::string handle(int number) { return fmt::format("@show{}", number); }
  [[nodiscard]] std::string page_url() const { return twitch_.usher_url() + "/bench/page"; }
  [[nodiscard]] double now() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

  /// Different channels at random times; those that are live at the start at -1.
  void plan(Plan& plan, int channels, int at_start, double later, Span span) {
    std::vector<int> order(static_cast<std::size_t>(channels));
    for (int i = 0; i < channels; ++i) order[static_cast<std::size_t>(i)] = i;
    std::ranges::shuffle(order, random_);
    std::uniform_real_distribution<double> when(span.from, std::max(span.from, span.to));
    const bool twitch = &plan == &twitch_plan_;
    const auto count = std::min<std::size_t>(order.size(), static_cast<std::size_t>(at_start + later));
    for (std::size_t i = 0; i < count; ++i) {
      const double at = static_cast<int>(i) < at_start ? -1 : when(random_);
      Broadcast one{twitch ? login(order[i]) : handle(order[i]), std::max(0.0, at)};
      one.announced = !twitch && i % 2 == 1 && at > 60;
      plan.emplace(at, std::move(one));
    }
  }

  void begin_twitch(Broadcast& one) {
    sim::LiveOptions live;
    live.prefix = "/live/" + one.channel + "/1";
    live.each_segment = [this, &one](const sim::HttpQuery&, sim::HttpAnswer&) { note(one.first_byte); };
    const sim::LiveStream stream(twitch_.origin(), live, media_);
    twitch_.fail_next(
        "/api/v2/channel/hls/" + one.channel + ".m3u8",
        [this, &one](const sim::HttpQuery&, sim::HttpAnswer&) { note(one.seen); }, sim::Origin::kForever);
    twitch_.set_live(one.channel, fmt::format("{}", ++streams_), "A title", "Chess", stream.playlist_url());
    if (began_ != SteadyTime{}) one.live = now();
    agenda_.emplace(one.live + options_.stream_seconds, [this, &one] { twitch_.set_offline(one.channel); });
  }

  void hear_youtube(Broadcast& one) {
    youtube_.origin().fail_next(
        "/" + one.channel + "/live",
        [this, &one](const sim::HttpQuery&, sim::HttpAnswer&) {
          if (now() > one.live + kSetting) note(one.seen);
        },
        sim::Origin::kForever);
  }
  void begin_youtube(Broadcast& one) {
    hear_youtube(one);
    youtube_.set_live(one.channel, fmt::format("video{}", ++streams_), "A title");
  }
  void announce() {
    for (auto& [at, broadcast] : youtube_plan_) {
      if (!broadcast.announced) continue;
      const auto video = fmt::format("video{}", ++streams_);
      const auto in = std::chrono::duration_cast<Millis>(std::chrono::duration<double>(at));
      const auto instant = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) + in;
      hear_youtube(broadcast);
      youtube_.set_upcoming(broadcast.channel, video, "A title", instant);
      youtube_.go_live_at(video, began_ + in);
    }
  }

  void note(double& at) {
    const std::scoped_lock lock(mutex_);
    if (at < 0 && began_ != SteadyTime{}) at = now();
  }

  json::array told(const Plan& plan) {
    const std::scoped_lock lock(mutex_);
    json::array all;
    for (const auto& [at, one] : plan) {
      all.push_back({{"channel", one.channel},
                     {"at_start", at <= 0},
                     {"announced", one.announced},
                     {"live", one.live},
                     {"seen", one.seen},
                     {"first_byte", one.first_byte}});
    }
    return all;
  }

  WatchStageOptions options_;
  std::vector<sim::LiveSegment> media_;
  std::mt19937 random_;
  std::mutex mutex_;  // guards what the servers' threads note
  SteadyTime began_{};
  Plan twitch_plan_, youtube_plan_;
  std::multimap<double, std::function<void()>> agenda_;
  std::string page_stream_;
  int streams_ = 1000;
  sim::SimTwitch twitch_;
  sim::SimYoutube youtube_;  // these last: their threads end first
};

int stage_main(int argc, char** argv) {
  WatchStageOptions options;
  CLI::App app("the platforms of bench/watch");
  app.add_option("--twitch", options.twitch, "Twitch channels");
  app.add_option("--youtube", options.youtube, "YouTube channels");
  app.add_option("--minutes", options.minutes, "how long");
  app.add_option("--live-at-start", options.live_at_start, "Twitch channels that are live already");
  app.add_option("--twitch-starts", options.twitch_starts, "Twitch broadcasts a minute");
  app.add_option("--youtube-starts", options.youtube_starts, "YouTube broadcasts a minute");
  app.add_option("--stream-seconds", options.stream_seconds, "how long a Twitch broadcast is");
  app.add_option("--seed", options.seed, "of what is random");
  CLI11_PARSE(app, argc, argv);
  sim::StreamOptions stream;
  stream.width = 160;
  stream.height = 90;
  stream.bitrate = 100'000;
  stream.segments = options.stream_seconds / 2;
  auto made = sim::make_stream(stream);
  if (!made) {
    fmt::print(stderr, "{}\n", made.error().text);
    return 1;
  }
  std::vector<sim::LiveSegment> media;
  for (auto& segment : *made) {
    sim::LiveSegment live;
    live.duration = segment.duration;
    live.shared_bytes = std::make_shared<const std::string>(std::move(segment.bytes));
    media.push_back(std::move(live));
  }
  WatchStage stage(options, std::move(media));
  fmt::print("{}\n", stage.urls());
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);
  stage.open();
  stage.play();
  fmt::print("{}\n", stage.outcome());
  return 0;
}

}  // namespace
}  // namespace rec::bench

int main(int argc, char** argv) { return rec::bench::stage_main(argc, argv); }
