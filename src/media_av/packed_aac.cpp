// ID3 tags and ADTS frames, one after the other.
#include "media_av/packed_aac.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "media/es_headers.hpp"
#include "media_av/timeline.hpp"

namespace rec::media {
namespace {

constexpr std::size_t kWindowBytes = 64U * 1024;
constexpr std::size_t kMostTag = 32U * 1024;
constexpr std::size_t kTagHead = 10;
constexpr std::size_t kMostFrame = 8'192;  // 13 bits
constexpr std::string_view kOwner("com.apple.streaming.transportStreamTimestamp\0", 45);

// The time that stands in a tag (its PRIV frame), 33 bits.
std::optional<std::int64_t> time_in_tag(std::span<const std::uint8_t> tag) {
  const auto owner =
      std::ranges::search(tag, kOwner, {}, {}, [](char c) { return static_cast<std::uint8_t>(c); });
  const auto behind = static_cast<std::size_t>(owner.end() - tag.begin());
  if (owner.empty() || behind + 8 > tag.size()) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = behind; i < behind + 8; ++i) value = value << 8U | tag[i];
  return static_cast<std::int64_t>(value & ((std::uint64_t{1} << 33U) - 1));
}

}  // namespace

// Bytes from at_ on; fewer only at the end.
std::span<const std::uint8_t> PackedAac::look(std::size_t count) {
  if (at_ < window_at_ || at_ + count > window_at_ + window_.size()) {
    window_.resize(std::max(kWindowBytes, count));
    window_.resize(bytes_.read(at_, window_));
    window_at_ = at_;
  }
  const auto skipped = static_cast<std::size_t>(at_ - window_at_);
  return std::span(window_).subspan(skipped, std::min(count, window_.size() - skipped));
}

bool PackedAac::skip_tag() {
  const auto head = look(kTagHead);
  if (head.size() < kTagHead || std::memcmp(head.data(), "ID3", 3) != 0) return false;
  std::size_t size = kTagHead;
  for (std::size_t i = 0; i < 4; ++i) size += std::size_t{head[6 + i] & 0x7FU} << (7 * (3 - i));
  if ((head[5] & 0x10U) != 0) size += kTagHead;  // a footer
  if (const auto time = time_in_tag(look(std::min(size, kMostTag)))) {
    tag_time_ = tag_time_ ? *tag_time_ + distance90k(*tag_time_, *time) : *time;
    samples_ = 0;
  }
  at_ += size;
  return true;
}

AvPacket PackedAac::next() {
  for (;;) {
    if (skip_tag()) continue;
    const auto bytes = look(kMostFrame);
    if (bytes.empty()) return nullptr;
    const AdtsFrame frame = adts_frame(bytes, 0);
    const bool whole = frame.bytes > 0 && frame.bytes <= bytes.size();
    // Two bytes look like a header easily: the next one, a tag or the end has to follow.
    const bool followed = whole && (frame.bytes == bytes.size() || adts_frame(bytes, frame.bytes).bytes > 0 ||
                                    bytes[frame.bytes] == 'I' || frame.bytes + 7 > bytes.size());
    if (!followed) {
      ++at_;
      continue;
    }
    at_ += frame.bytes;
    const std::int64_t since = av_rescale(samples_, 90'000, frame.rate);
    samples_ += frame.samples;
    if (!tag_time_) continue;
    AvPacket packet(av_packet_alloc());
    if (av_new_packet(packet.get(), static_cast<int>(frame.bytes)) < 0) return nullptr;
    std::memcpy(packet->data, bytes.data(), frame.bytes);
    packet->pts = packet->dts = *tag_time_ + since;
    packet->duration = av_rescale(frame.samples, 90'000, frame.rate);
    packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
  }
}

}  // namespace rec::media
