// The ordered queue between planner, fetcher and sink.
#include "capture/segment_queue.hpp"

#include <algorithm>
#include <map>

namespace rec::capture {

namespace {

std::optional<SegmentKey> key_at(const MediaPlaylist& playlist, int index, std::int64_t sequence) {
  if (index < 0) return std::nullopt;
  return SegmentKey{playlist.keys[static_cast<std::size_t>(index)], sequence};
}

}  // namespace

void take_location(QueuedSegment& segment, const MediaPlaylist& playlist, std::size_t index) {
  const auto& listed = playlist.segments[index];
  segment.url = listed.url;
  segment.range = listed.range;
  segment.map =
      listed.map < 0 ? std::nullopt : std::optional(playlist.maps[static_cast<std::size_t>(listed.map)]);
  segment.key = key_at(playlist, listed.key, listed.sequence);
  segment.map_key = segment.map ? key_at(playlist, segment.map->key, listed.sequence) : std::nullopt;
}

const QueueEntry* SegmentQueue::ready_front() const {
  if (entries_.empty()) return nullptr;
  const auto& front = entries_.front();
  if (const auto* segment = std::get_if<std::shared_ptr<QueuedSegment>>(&front)) {
    const auto state = (*segment)->state;
    if (state != QueuedSegment::State::ready && state != QueuedSegment::State::lost) return nullptr;
  }
  return &front;
}

std::shared_ptr<QueuedSegment> SegmentQueue::next_to_fetch() const {
  const auto reach = std::min(entries_.size(), kMaxHeld);
  for (std::size_t i = 0; i < reach; ++i) {
    const auto* segment = std::get_if<std::shared_ptr<QueuedSegment>>(&entries_[i]);
    if (segment != nullptr && (*segment)->state == QueuedSegment::State::waiting) return *segment;
  }
  return nullptr;
}

void SegmentQueue::relist(const std::vector<KnownSegment>& known, const MediaPlaylist& playlist,
                          SteadyTime now) {
  std::map<std::pair<std::uint32_t, std::int64_t>, std::size_t> listed;
  for (const auto& one : known) listed[{one.epoch, one.sequence}] = one.index;
  for (auto& entry : entries_) {
    auto* segment = std::get_if<std::shared_ptr<QueuedSegment>>(&entry);
    if (segment == nullptr) continue;
    auto& queued = **segment;
    const auto found = listed.find({queued.info.epoch, queued.info.sequence});
    if (found != listed.end()) {
      take_location(queued, playlist, found->second);
      queued.unlisted_since.reset();
    } else if (!queued.unlisted_since) {
      queued.unlisted_since = now;
    }
  }
}

void SegmentQueue::unlist_all(SteadyTime now) {
  for (auto& entry : entries_) {
    auto* segment = std::get_if<std::shared_ptr<QueuedSegment>>(&entry);
    if (segment != nullptr && !(*segment)->unlisted_since) (*segment)->unlisted_since = now;
  }
}

}  // namespace rec::capture
