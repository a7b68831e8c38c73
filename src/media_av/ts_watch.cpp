// Compares each table with the ones before.
#include "media_av/ts_watch.hpp"

#include <algorithm>
#include <utility>

#include "media/ts_tables.hpp"

namespace rec::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool moved(const std::set<std::uint16_t>& from, const std::set<std::uint16_t>& to) {
  return !from.empty() && !to.empty() &&
         std::ranges::none_of(to, [&](auto pid) { return from.contains(pid); });
}

}  // namespace

bool TsWatch::pat_moves(Bytes section) {
  const std::vector<std::uint16_t> listed = ts_programs(section);
  Pids tables(listed.begin(), listed.end());
  if (moved(tables_, tables)) return true;
  tables_.merge(tables);
  return false;
}

bool TsWatch::pmt_moves(std::uint16_t pid, Bytes section) {
  Streams now;
  for (const TsStream& stream : ts_streams(section)) {
    if (is_video_type(stream.type)) now.video.insert(stream.pid);
    if (is_audio_type(stream.type)) now.audio.insert(stream.pid);
  }
  Streams& known = programs_[pid];
  if (moved(known.video, now.video) || moved(known.audio, now.audio)) return true;
  known.video.merge(now.video);
  known.audio.merge(now.audio);
  return false;
}

bool TsWatch::packet_moves(Bytes packet) {
  const std::uint16_t pid = ts_pid(packet, 1);
  if (pid == 0) {
    const Bytes section = ts_section(packet, kPatTable);
    if (section.empty()) return false;
    last_pat_ = offset_;
    return pat_moves(section);
  }
  if (!tables_.contains(pid)) return false;
  const Bytes section = ts_section(packet, kPmtTable);
  if (section.empty() || pmt_moves(pid, section)) return !section.empty();
  last_pmt_ = offset_;
  return false;
}

std::optional<std::uint64_t> TsWatch::feed(Bytes bytes) {
  if (bytes.empty()) return std::nullopt;
  if (!transport_stream_) transport_stream_ = bytes[0] == kTsSync;
  if (!*transport_stream_) return std::nullopt;
  std::size_t at = 0;
  // What was left of the last bytes, made up to whole packets; the rest is looked at where it lies.
  while (!partial_.empty() && at < bytes.size()) {
    const std::size_t wanted = std::min(kTsPacket - partial_.size(), bytes.size() - at);
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    partial_.insert(partial_.end(), from, from + static_cast<std::ptrdiff_t>(wanted));
    at += wanted;
    const std::vector<std::uint8_t> joined = std::exchange(partial_, {});
    if (look_at(joined)) return last_pat_;
  }
  if (at < bytes.size() && look_at(bytes.subspan(at))) return last_pat_;
  return std::nullopt;
}

bool TsWatch::look_at(Bytes all) {
  std::size_t at = 0;
  const std::uint64_t base = offset_;
  while (at + kTsPacket <= all.size()) {
    // After damage: on to the next byte that looks like a beginning. A wrong guess fails by its CRC.
    if (all[at] != kTsSync) {
      ++at;
      continue;
    }
    offset_ = base + at;
    if (packet_moves(all.subspan(at, kTsPacket))) return true;
    at += kTsPacket;
  }
  offset_ = base + at;
  partial_.assign(all.begin() + static_cast<std::ptrdiff_t>(at), all.end());
  return false;
}

}  // namespace rec::media
