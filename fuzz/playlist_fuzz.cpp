// A playlist and the one that is loaded after it, of any bytes: read, completed and planned one behind the
// other. The texts are parted by %%.
#include <cstdlib>
#include <string_view>

#include "capture/delta_update.hpp"
#include "capture/planner.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_media(const MediaPlaylist& playlist) {
  const auto size = static_cast<int>(playlist.maps.size());
  const auto keys = static_cast<int>(playlist.keys.size());
  expect(playlist.target_duration >= std::chrono::seconds{1});
  expect(playlist.target_duration <= std::chrono::seconds{60});
  for (const auto& segment : playlist.segments) {
    expect(is_http_url(segment.url) && segment.sequence >= 0 && segment.duration >= rec::Micros{0});
    expect(segment.map < size && segment.key < keys);
  }
  for (const auto& map : playlist.maps) expect(is_http_url(map.url) && map.key < keys);
}

/// What was planned is known from then on.
Cursor plan_and_check(Cursor cursor, const Window& window) {
  const auto planned = plan(cursor, window, {});
  std::size_t last = 0;
  for (const auto& item : planned.items) {
    const auto* segment = std::get_if<PlannedSegment>(&item);
    if (segment == nullptr) continue;
    expect(segment->index < window.segments.size() && segment->index >= last);
    last = segment->index;
  }
  for (const auto& one : planned.known) expect(one.index < window.segments.size());
  cursor = advanced(std::move(cursor), planned, window.segments.size());
  expect(plan(cursor, window, {}).fresh.empty());
  return cursor;
}

}  // namespace
}  // namespace rec::capture

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec::capture;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto cut = all.find("%%");
  Cursor cursor;
  RangeEnds ranges;
  MediaPlaylist before;
  const Defines imports{{"from", "master"}};
  for (const auto text : {all.substr(0, cut), cut == all.npos ? all : all.substr(cut + 2)}) {
    const auto parsed = parse_playlist(text, "https://host.example/live/a/index.m3u8?t=1", imports, ranges);
    if (!parsed) continue;
    if (const auto* playlist = std::get_if<MediaPlaylist>(&*parsed)) {
      auto whole = completed(*playlist, before);
      if (!whole) continue;
      before = *std::move(whole);
      check_media(before);
      ranges = range_ends_of(before);
      cursor = plan_and_check(std::move(cursor), window_of(before));
    } else {
      for (const auto& variant : std::get<MultivariantPlaylist>(*parsed).variants)
        expect(is_http_url(variant.url));
    }
  }
  return 0;
}
