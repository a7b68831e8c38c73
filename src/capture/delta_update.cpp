#include "capture/delta_update.hpp"

#include <algorithm>
#include <iterator>

namespace rec::capture {
namespace {

/// What stands in front of the first listed segment and is not said again, up to where it is.
void inherit(std::vector<MediaSegment>& listed, const MediaSegment& last) {
  const auto map_said = std::ranges::find_if(listed, [](const MediaSegment& one) { return one.map >= 0; });
  for (auto one = listed.begin(); one != map_said; ++one) one->map = last.map;
  const auto key_said = std::ranges::find_if(listed, [](const MediaSegment& one) { return one.key >= 0; });
  for (auto one = listed.begin(); one != key_said; ++one) one->key = last.key;
  if (!last.program_date_time) return;
  Instant time = *last.program_date_time + std::chrono::round<Millis>(last.duration);
  for (MediaSegment& one : listed) {
    if (one.discontinuity || one.program_date_time) break;
    one.program_date_time = time;
    time += std::chrono::round<Millis>(one.duration);
  }
}

/// What no segment needs any more goes, or a server that always answers so would fill the memory.
template <class T>
std::vector<int> leave_used(std::vector<T>& all, const std::vector<bool>& used) {
  std::vector<int> now_at(all.size(), -1);
  std::size_t count = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!used[i]) continue;
    now_at[i] = static_cast<int>(count);
    if (count != i) all[count] = std::move(all[i]);
    ++count;
  }
  all.resize(count);
  return now_at;
}

void leave_used_maps_and_keys(MediaPlaylist& playlist) {
  std::vector<bool> maps(playlist.maps.size());
  for (const MediaSegment& one : playlist.segments)
    if (one.map >= 0) maps[static_cast<std::size_t>(one.map)] = true;
  const auto map_at = leave_used(playlist.maps, maps);
  std::vector<bool> keys(playlist.keys.size());
  for (const MediaSegment& one : playlist.segments)
    if (one.key >= 0) keys[static_cast<std::size_t>(one.key)] = true;
  for (const MapSection& one : playlist.maps)
    if (one.key >= 0) keys[static_cast<std::size_t>(one.key)] = true;
  const auto key_at = leave_used(playlist.keys, keys);
  for (MediaSegment& one : playlist.segments) {
    if (one.map >= 0) one.map = map_at[static_cast<std::size_t>(one.map)];
    if (one.key >= 0) one.key = key_at[static_cast<std::size_t>(one.key)];
  }
  for (MapSection& one : playlist.maps)
    if (one.key >= 0) one.key = key_at[static_cast<std::size_t>(one.key)];
}

}  // namespace

Result<MediaPlaylist> completed(MediaPlaylist delta, const MediaPlaylist& before) {
  if (delta.skipped == 0) return delta;
  const std::int64_t boundary = delta.media_sequence + delta.skipped;
  const auto& known = before.segments;
  const auto number = [](const MediaSegment& one) { return one.sequence; };
  const auto first = std::ranges::lower_bound(known, delta.media_sequence, {}, number);
  const auto end = std::ranges::lower_bound(known, boundary, {}, number);
  if (first == end || std::prev(end)->sequence != boundary - 1)
    return fail(Errc::corrupt,
                "a delta update (EXT-X-SKIP) came that was not asked for, of a playlist that is not known");
  for (MediaSegment& one : delta.segments) {  // the older sections and keys go before the newer ones
    if (one.map >= 0) one.map += static_cast<int>(before.maps.size());
    if (one.key >= 0) one.key += static_cast<int>(before.keys.size());
  }
  for (MapSection& map : delta.maps)
    if (map.key >= 0) map.key += static_cast<int>(before.keys.size());
  inherit(delta.segments, *std::prev(end));
  delta.maps.insert(delta.maps.begin(), before.maps.begin(), before.maps.end());
  delta.keys.insert(delta.keys.begin(), before.keys.begin(), before.keys.end());
  delta.segments.insert(delta.segments.begin(), first, end);
  delta.skipped = 0;
  leave_used_maps_and_keys(delta);
  return delta;
}

}  // namespace rec::capture
