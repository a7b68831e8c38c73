// How long a playlist of ten thousand segments takes to read: a DVR window of hours, at every reload.
#include <benchmark/benchmark.h>

#include <string>

#include "capture/playlist.hpp"

namespace {

std::string dvr_playlist() {
  std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1000\n";
  for (int i = 0; i < 10'000; ++i) {
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

}  // namespace

BENCHMARK_MAIN();
