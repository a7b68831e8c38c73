// The live streams that bench/capture and bench/channels record: one encoded broadcast, served on demand
// under any number of names, over HTTP and over TLS under an authority made at the start. Ends when its input
// ends.
//   bench_origin --seconds 60 --mbit 6 --authority FILE.pem
// Prints one line when it is ready: {"http": PORT, "https": PORT, "segments": N, "bytes": N} of one
// broadcast. Control, over HTTP:
//   /start?run=NAME&channels=N[&tls=1][&pace=BYTES_A_SECOND][&hold=1][&starts_in=MS]  playlist URLs, one a
//   line /served?run=NAME                                                       {"segments": N, "bytes": N}
//   so far
#include <fmt/format.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>

#include <CLI/CLI.hpp>

#include "sim/origin/live_stream.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::bench {
namespace {

struct Options {
  int seconds = 60;
  double mbit = 6;
  std::string authority;
};

struct Served {
  std::atomic<std::uint64_t> segments{0};
  std::atomic<std::uint64_t> bytes{0};
};

Result<std::vector<sim::LiveSegment>> make_media(const Options& options) {
  sim::StreamOptions stream;
  stream.width = 1280;
  stream.height = 720;
  stream.fps = 60;
  stream.segments = (options.seconds + 1) / 2;
  stream.bitrate = static_cast<int>(options.mbit * 1e6 * 0.96) - 96'000;  // sound and TS take the rest
  REC_TRY(auto made, sim::make_stream(stream));
  std::vector<sim::LiveSegment> media;
  for (auto& segment : made) {
    sim::LiveSegment live;
    live.duration = segment.duration;
    live.shared_bytes = std::make_shared<const std::string>(std::move(segment.bytes));
    media.push_back(std::move(live));
  }
  return media;
}

class BenchOrigin {
 public:
  BenchOrigin(std::vector<sim::LiveSegment> media, const sim::TlsIdentity& identity)
      : media_(std::move(media)), tls_(0, identity) {
    plain_.mount("/start", [this](const sim::HttpQuery& query) { return start(query); });
    plain_.mount("/served", [this](const sim::HttpQuery& query) { return served(query); });
  }

  [[nodiscard]] std::string ready_line() {
    std::size_t bytes = 0;
    for (const auto& segment : media_) bytes += segment.shared_bytes->size();
    return fmt::format(R"({{"http": {}, "https": {}, "segments": {}, "bytes": {}}})", plain_.server().port(),
                       tls_.server().port(), media_.size(), bytes);
  }

 private:
  static std::size_t number(const sim::HttpQuery& query, const char* name, std::size_t otherwise) {
    const auto text = query.param(name);
    return text.empty() ? otherwise : std::stoul(text);
  }

  std::shared_ptr<Served> counters(const std::string& run) {
    const std::scoped_lock lock(mutex_);
    auto& found = runs_[run];
    if (!found) found = std::make_shared<Served>();
    return found;
  }

  sim::HttpAnswer start(const sim::HttpQuery& query) {
    const auto run = query.param("run");
    const auto counted = counters(run);
    const auto pace = number(query, "pace", 0);
    sim::Origin& origin = number(query, "tls", 0) != 0 ? tls_ : plain_;
    std::string urls;
    for (std::size_t i = 0; i < number(query, "channels", 1); ++i) {
      sim::LiveOptions live;
      live.prefix = fmt::format("/{}/{}", run, i);
      live.hold = number(query, "hold", 0) != 0;
      live.starts_in = Millis(number(query, "starts_in", 0));
      live.each_segment = [counted, pace](const sim::HttpQuery&, sim::HttpAnswer& answer) {
        ++counted->segments;
        counted->bytes += answer.content().size();
        answer.bytes_per_second = pace;
      };
      urls += sim::LiveStream(origin, live, media_).playlist_url() + "\n";
    }
    return sim::text_answer(200, urls);
  }

  sim::HttpAnswer served(const sim::HttpQuery& query) {
    const auto counted = counters(query.param("run"));
    return sim::json_answer(200, fmt::format(R"({{"segments": {}, "bytes": {}}})", counted->segments.load(),
                                             counted->bytes.load()));
  }

  std::vector<sim::LiveSegment> media_;
  std::mutex mutex_;  // guards runs_
  std::map<std::string, std::shared_ptr<Served>> runs_;
  sim::Origin tls_;
  sim::Origin plain_;  // last: its thread, which starts streams on the other, ends first
};

}  // namespace

int origin_main(int argc, char** argv) {
  Options options;
  CLI::App app("the live streams of the benchmarks");
  app.add_option("--seconds", options.seconds, "length of the broadcast");
  app.add_option("--mbit", options.mbit, "Mbit/s of it");
  app.add_option("--authority", options.authority, "where to write what a TLS client has to trust")
      ->required();
  CLI11_PARSE(app, argc, argv);
  auto media = make_media(options);
  if (!media) {
    fmt::print(stderr, "{}\n", media.error().text);
    return 1;
  }
  const auto identity = sim::make_tls_identity();
  std::ofstream(options.authority) << identity.authority;
  BenchOrigin origin(*std::move(media), identity);
  fmt::print("{}\n", origin.ready_line());
  std::fflush(stdout);
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}

}  // namespace rec::bench

int main(int argc, char** argv) { return rec::bench::origin_main(argc, argv); }
