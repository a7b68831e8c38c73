// How long a playlist of ten thousand segments takes to read and to plan: a DVR window of hours, at every
// reload.
#include <benchmark/benchmark.h>

#include <string>

#include "capture/planner.hpp"

namespace {

std::string dvr_playlist(int first = 0) {
  std::string text =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(1000 + first) + "\n";
  for (int i = first; i < first + 10'000; ++i) {
    text += "#EXTINF:2.000,live\nseg" + std::to_string(i) + ".ts?sig=" + std::string(440, 'x') + "\n";
  }
  return text;
}

void read_ten_thousand_segments(benchmark::State& state) {
  const std::string text = dvr_playlist();
  for (auto _ : state) {
    auto playlist = rec::capture::parse_playlist(text, "https://example.com/live/index.m3u8");
    benchmark::DoNotOptimize(playlist);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_ten_thousand_segments)->Unit(benchmark::kMillisecond);

void plan_the_next_window(benchmark::State& state) {
  using namespace rec::capture;
  const auto window_from = [](int first) {
    auto playlist = parse_playlist(dvr_playlist(first), "https://example.com/live/index.m3u8");
    return std::get<MediaPlaylist>(*playlist);
  };
  const auto before = window_of(window_from(0));
  const auto after = window_from(1);
  const auto cursor = advanced({}, plan({}, before, {}), before.segments.size());
  for (auto _ : state) {
    auto planned = plan(cursor, window_of(after), {});
    benchmark::DoNotOptimize(planned);
  }
}
BENCHMARK(plan_the_next_window)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
