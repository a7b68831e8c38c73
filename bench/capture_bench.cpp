// Our capture phase alone: the program's own house and app (HTTP, playlists, checks, segment logs that are
// synced, the store), without what is made of a recording afterwards.
//   capture_bench FOLDER URL…        each an .m3u8; ends when the last of them has ended
// Prints {"segments": N, "bytes": N, "gaps": N, "gap_seconds": X, "unended": N}. The segment logs stay in
// FOLDER.
#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <set>

#include "app/config_channels.hpp"
#include "cli/house.hpp"
#include "ports/sweeping_watcher.hpp"
#include "store/sqlite_store.hpp"

namespace rec::bench {
namespace {

/// Every channel is live, all the time.
class AlwaysLive final : public SweepingWatcher {
 public:
  explicit AlwaysLive(Clock& clock) : SweepingWatcher(clock, Millis(500)) {}
  asio::awaitable<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) override {
    std::vector<Sighting> all;
    for (const auto& channel : channels) {
      Sighting sighting;
      sighting.channel = channel.id;
      sighting.live = !over_.contains(channel.id);
      all.push_back(std::move(sighting));
    }
    co_return all;
  }
  void over(const ChannelId& channel) { over_.insert(channel); }

 private:
  std::set<ChannelId> over_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Settings bench_settings(const std::filesystem::path& folder, int count, char** urls) {
  Settings settings;
  for (int i = 0; i < count; ++i) {
    auto channel = channel_of_url(urls[i]);
    if (!channel) continue;
    channel->name = std::to_string(i);
    settings.channels.push_back(*std::move(channel));
  }
  settings.channel_policy.offline_grace = std::chrono::hours(1);  // no session ends, no part is made
  settings.session_policy.publish = false;
  settings.data_folder = folder.string();
  settings.output_folder = (folder / "parts").string();
  return settings;
}

void print_outcome(const App& app, std::size_t unended, double loading) {
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;
  std::size_t gaps = 0;
  double gap_seconds = 0;
  for (const auto& [id, session] : app.model().sessions) {
    if (const SessionSink* sink = app.sink(id)) {
      segments += sink->media_segments();
      bytes += sink->bytes();
    }
    const auto found = app.model().gaps.find(id);
    if (found == app.model().gaps.end()) continue;
    gaps += found->second.size();
    for (const Gap& gap : found->second) gap_seconds += std::chrono::duration<double>(gap.duration).count();
  }
  fmt::print(R"({{"segments": {}, "bytes": {}, "gaps": {}, "gap_seconds": {:.1f}, )", segments, bytes, gaps,
             gap_seconds);
  fmt::print(R"("unended": {}, "loading_s": {:.3f}}})"
             "\n",
             unended, loading);
}

int capture_main(int argc, char** argv) {
  const double loading = cpu_seconds();
  if (argc < 3) {
    fmt::print(stderr, "usage: capture_bench FOLDER URL...\n");
    return 2;
  }
  log::Options logging;
  logging.level = log::Level::warn;
  log::configure(logging);
  const auto folder = std::filesystem::absolute(argv[1]);
  std::filesystem::create_directories(folder);
  auto store = SqliteStore::open((folder / "state.db").string());
  if (!store) {
    fmt::print(stderr, "{}\n", store.error().text);
    return 1;
  }
  cli::House house(Config{});
  house.store = *std::move(store);
  auto watcher = std::make_unique<AlwaysLive>(house.clock);
  AlwaysLive* live = watcher.get();
  house.watchers.push_back(std::move(watcher));
  App app(house.needs(), bench_settings(folder, argc - 2, argv + 2));
  std::set<ChannelId> ended;
  app.on_capture_end([&](const ChannelId& channel, const CaptureEnd& end) {
    if (end.reason != EndReason::endlist) fmt::print(stderr, "{}: {}\n", channel.str(), end.text);
    live->over(channel);
    ended.insert(channel);
    if (ended.size() == app.channel_count()) app.stop();
  });
  const auto ran = house.run(app, [&](int) { app.stop(); });
  if (!ran) fmt::print(stderr, "{}\n", ran.error().text);
  print_outcome(app, app.channel_count() - ended.size(), loading);
  return ran && ended.size() == app.channel_count() ? 0 : 1;
}

}  // namespace
}  // namespace rec::bench

int main(int argc, char** argv) { return rec::bench::capture_main(argc, argv); }
