// Plans the head of the recording, and scales.
#include "media_av/moov_estimate.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "media_av/frame_count.hpp"
#include "media_av/mp4_size.hpp"
#include "media_av/mp4_writer.hpp"
#include "media_av/packet_times.hpp"

namespace rec::media {
namespace {

constexpr std::uint64_t kHeadBytes = 8U << 20U;
constexpr double kMargin = 1.1;
constexpr std::uint64_t kMostReserve = 32U << 20U;
// What a recording of few frames may need more than its head tells.
constexpr std::uint64_t kSlack = 4'096;

std::vector<Extent> head_of(const std::vector<Extent>& extents) {
  std::vector<Extent> head;
  std::uint64_t left = kHeadBytes;
  for (const Extent& extent : extents) {
    if (left == 0) break;
    head.push_back({extent.file, extent.offset, std::min(left, extent.bytes)});
    left -= head.back().bytes;
  }
  return head;
}

struct Planned {
  std::size_t track;
  std::uint64_t bytes;
  PacketTimes times;
  bool key;
  std::tuple<std::int64_t, std::size_t, std::size_t> place;  // turn by decoding time, track, as read
};

// The packets of the run's head where the muxer will put them.
std::vector<Planned> plan(RunSource& run) {
  std::array<TimeBase, kTrackKinds> clocks{};
  for (std::size_t i = 0; i < kTrackKinds; ++i) {
    if (const AVStream* stream = run.streams()[i]) clocks[i] = mp4_clock(static_cast<TrackKind>(i), *stream);
  }
  Timeline timeline = make_timeline(run.streams(), clocks);
  timeline.begin_run(starts_in_clocks(run, clocks));
  std::vector<Planned> out;
  for (const Result<RunPacket>& item : run.look_ahead(kHeadBytes)) {
    if (!item || !item->packet) break;
    const auto track = static_cast<std::size_t>(item->kind);
    const AVRational from = run.streams()[track]->time_base;
    const PacketTimes times = timeline.place(track, times_in_clock(*item->packet, from, clocks[track]));
    const std::int64_t turn = av_rescale_q(times.dts, {clocks[track].num, clocks[track].den},
                                           {static_cast<int>(kTurnMicros), 1'000'000});
    out.push_back({track,
                   static_cast<std::uint64_t>(item->packet->size),
                   times,
                   (item->packet->flags & AV_PKT_FLAG_KEY) != 0,
                   {turn, track, out.size()}});
  }
  std::ranges::sort(out, {}, &Planned::place);
  return out;
}

}  // namespace

std::uint64_t estimate_moov(RunSource& first, const std::vector<MediaRun>& runs, const std::string& title) {
  std::uint64_t fixed = 2 * title.size();
  for (const AVStream* stream : first.streams()) {
    if (stream != nullptr) fixed += 2 * static_cast<std::uint64_t>(stream->codecpar->extradata_size);
  }
  Mp4Size size(fixed);
  std::uint64_t constant = 0;  // what does not grow: the boxes without their tables' entries
  std::array<bool, kTrackKinds> seen{};
  for (const Planned& packet : plan(first)) {
    size.add(packet.track, packet.bytes, packet.times, packet.key);
    if (!std::exchange(seen[packet.track], true)) constant = size.moov();
  }

  // Headers of packets among them: what was looked into ends a little earlier, which is on the safe side.
  ExtentBytes head_bytes({MediaRun{head_of(runs.front().extents), {}}});
  ExtentBytes all_bytes(runs);
  const double in_head = count_frames(head_bytes);
  double scale = static_cast<double>(all_bytes.size()) /
                 static_cast<double>(std::max<std::uint64_t>(1, head_bytes.size()));
  if (in_head > 0) scale = std::max(1.0, count_frames(all_bytes) / in_head);
  const double grown = static_cast<double>(size.moov() - constant) * scale * kMargin;
  const auto most = static_cast<double>(kMostReserve);
  return constant + kSlack + static_cast<std::uint64_t>(std::min(grown, most));
}

}  // namespace rec::media
