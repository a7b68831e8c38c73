// Start codes (ITU-T H.264, Annex B) into lengths (ISO 14496-15).
#include "media_av/nal_units.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rec::media {
namespace {

constexpr std::size_t kStartCode = 3;
constexpr std::size_t kNalLength = 4;

using NalUnit = std::span<const std::uint8_t>;

std::vector<NalUnit> nal_units_of(std::span<const std::uint8_t> bytes) {
  std::vector<NalUnit> units;
  std::size_t begin = find_start_code(bytes, 0) + kStartCode;
  while (begin < bytes.size()) {
    const std::size_t next = find_start_code(bytes, begin);
    // A zero before a start code is its own first byte.
    const bool long_code = next < bytes.size() && next > begin && bytes[next - 1] == 0;
    const std::size_t end = long_code ? next - 1 : next;
    if (end > begin) units.push_back(bytes.subspan(begin, end - begin));
    begin = next + kStartCode;
  }
  return units;
}

// The whole header that libav writes for a file with this track alone.
std::vector<std::uint8_t> mp4_header(const AVStream& stream) {
  AVFormatContext* output = nullptr;
  if (avformat_alloc_output_context2(&output, nullptr, "mp4", nullptr) < 0) return {};
  AVStream* track = avformat_new_stream(output, nullptr);
  avcodec_parameters_copy(track->codecpar, stream.codecpar);
  track->codecpar->codec_tag = 0;
  track->time_base = stream.time_base;
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "movflags", "+empty_moov", 0);
  int done = avio_open_dyn_buf(&output->pb);
  if (done >= 0) done = avformat_write_header(output, &settings);
  av_dict_free(&settings);
  std::uint8_t* bytes = nullptr;
  const int size = output->pb == nullptr ? 0 : avio_close_dyn_buf(output->pb, &bytes);
  std::vector<std::uint8_t> header;
  if (done >= 0 && size > 0) header.assign(bytes, bytes + size);
  av_free(bytes);
  output->pb = nullptr;
  avformat_free_context(output);
  return header;
}

// The parameter sets of an avcC (ISO 14496-15, 5.3.3.1), each behind its length in four bytes. Empty: there
// are none, or they are torn, or the pictures have shorter lengths.
std::vector<std::uint8_t> sets_of(std::span<const std::uint8_t> avc) {
  constexpr std::size_t kFixed = 5;
  if (avc.size() <= kFixed || avc[0] != 1 || (avc[4] & 3U) + 1 != kNalLength) return {};
  std::vector<std::uint8_t> sets;
  std::size_t at = kFixed;
  for (const unsigned count_mask : {0x1FU, 0xFFU}) {  // sequence, then picture parameter sets
    if (at >= avc.size()) return {};
    for (unsigned left = avc[at++] & count_mask; left > 0; --left) {
      if (at + 2 > avc.size()) return {};
      const std::size_t size = static_cast<std::size_t>(avc[at]) << 8U | avc[at + 1];
      if (at + 2 + size > avc.size()) return {};
      sets.insert(sets.end(), {0, 0, avc[at], avc[at + 1]});
      sets.insert(sets.end(), avc.begin() + static_cast<std::ptrdiff_t>(at + 2),
                  avc.begin() + static_cast<std::ptrdiff_t>(at + 2 + size));
      at += 2 + size;
    }
  }
  return sets;
}

std::span<const std::uint8_t> header_of(const AVCodecParameters& codec) {
  if (codec.extradata_size <= 0) return {};
  return {codec.extradata, static_cast<std::size_t>(codec.extradata_size)};
}

}  // namespace

std::size_t find_start_code(std::span<const std::uint8_t> bytes, std::size_t from) {
  const std::uint8_t* data = bytes.data();
  std::size_t at = from;
#if defined(__SSE2__)
  const __m128i zero = _mm_setzero_si128();
  const __m128i one = _mm_set1_epi8(1);
  for (; at + 18 <= bytes.size(); at += 16) {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at + 1));
    const __m128i third = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at + 2));
    const __m128i zeros = _mm_cmpeq_epi8(_mm_or_si128(first, second), zero);
    const int found = _mm_movemask_epi8(_mm_and_si128(zeros, _mm_cmpeq_epi8(third, one)));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(found)));
  }
#endif
  for (; at + kStartCode <= bytes.size(); ++at) {
    if (data[at] == 0 && data[at + 1] == 0 && data[at + 2] == 1) return at;
  }
  return bytes.size();
}

AvPacket with_nal_lengths(const AVPacket& packet) {
  const std::vector<NalUnit> units = nal_units_of({packet.data, static_cast<std::size_t>(packet.size)});
  std::size_t size = 0;
  for (const NalUnit& unit : units) size += kNalLength + unit.size();
  AvPacket out(av_packet_alloc());
  if (units.empty() || av_new_packet(out.get(), static_cast<int>(size)) < 0) return nullptr;
  std::uint8_t* to = out->data;
  for (const NalUnit& unit : units) {
    for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<std::uint8_t>(unit.size() >> shift);
    std::memcpy(to, unit.data(), unit.size());
    to += unit.size();
  }
  if (av_packet_copy_props(out.get(), &packet) < 0) return nullptr;
  return out;
}

std::vector<std::uint8_t> avc_configuration(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  const bool has_codes = codec.extradata_size > 0 && codec.extradata[0] == 0;
  if (codec.codec_id != AV_CODEC_ID_H264 || !has_codes) return {};
  const std::vector<std::uint8_t> header = mp4_header(stream);
  constexpr std::string_view kName = "avcC";
  const auto name =
      std::ranges::search(header, kName, {}, {}, [](char c) { return static_cast<std::uint8_t>(c); });
  const auto at = static_cast<std::size_t>(name.begin() - header.begin());
  if (name.empty() || at < 4) return {};
  std::size_t size = 0;
  for (std::size_t i = at - 4; i < at; ++i) size = size << 8U | header[i];
  if (size < 8 || at - 4 + size > header.size()) return {};
  return {name.end(), header.begin() + static_cast<std::ptrdiff_t>(at - 4 + size)};
}

bool may_bring_parameters(const AVCodecParameters& codec) {
  if (codec.codec_id != AV_CODEC_ID_H264) return false;
  const auto header = header_of(codec);
  return (!header.empty() && header[0] == 0) || !sets_of(header).empty();
}

AvPacket with_parameter_sets(const AVPacket& packet, const AVCodecParameters& codec) {
  const std::vector<std::uint8_t> sets = sets_of(header_of(codec));
  AvPacket out(av_packet_alloc());
  if (av_new_packet(out.get(), static_cast<int>(sets.size()) + packet.size) < 0) return nullptr;
  std::ranges::copy(sets, out->data);
  std::memcpy(out->data + sets.size(), packet.data, static_cast<std::size_t>(packet.size));
  if (av_packet_copy_props(out.get(), &packet) < 0) return nullptr;
  return out;
}

}  // namespace rec::media
