// Compares the codecs of two runs.
#include "media_av/track_match.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "media/es_headers.hpp"
#include "media_av/nal_units.hpp"

namespace rec::media {
namespace {

std::string size_of(const AVCodecParameters& codec) {
  return std::to_string(codec.width) + "x" + std::to_string(codec.height);
}

bool same_header(const AVCodecParameters& a, const AVCodecParameters& b) {
  return a.extradata_size == b.extradata_size &&
         (a.extradata_size == 0 ||
          std::memcmp(a.extradata, b.extradata, static_cast<std::size_t>(a.extradata_size)) == 0);
}

// Of pictures that bring their parameter sets along; empty where the header has none, or has them otherwise.
std::span<const std::uint8_t> parameters_of(const AVCodecParameters& codec) {
  const bool hevc = codec.codec_id == AV_CODEC_ID_HEVC;
  if ((!hevc && codec.codec_id != AV_CODEC_ID_H264) || codec.extradata_size <= 0 || codec.extradata[0] != 0)
    return {};
  return sequence_parameters({codec.extradata, static_cast<std::size_t>(codec.extradata_size)}, hevc);
}

bool other_parameters(const AVCodecParameters& a, const AVCodecParameters& b) {
  const auto one = parameters_of(a);
  const auto two = parameters_of(b);
  return !one.empty() && !two.empty() && !std::ranges::equal(one, two);
}

std::string codec_difference(const AVCodecParameters& a, const AVCodecParameters& b) {
  if (a.codec_id != b.codec_id) {
    return std::string("codec ") + avcodec_get_name(b.codec_id) + " after " + avcodec_get_name(a.codec_id);
  }
  if (a.width != b.width || a.height != b.height) return "video size " + size_of(b) + " after " + size_of(a);
  if (other_parameters(a, b)) return "another parameter set";
  if (a.format != b.format && a.codec_type == AVMEDIA_TYPE_VIDEO) return "another pixel format";
  if (a.sample_rate != b.sample_rate) {
    return "sample rate " + std::to_string(b.sample_rate) + " after " + std::to_string(a.sample_rate);
  }
  if (a.ch_layout.nb_channels != b.ch_layout.nb_channels) {
    return std::to_string(b.ch_layout.nb_channels) + " channels after " +
           std::to_string(a.ch_layout.nb_channels);
  }
  return "";
}

}  // namespace

std::string sound_difference(const RunReader& first, const RunReader& run) {
  if (first.container() != run.container())
    return run.name() + ": sound in " + run.container() + " after " + first.container();
  const AVCodecParameters& a = *first.stream(TrackKind::audio)->codecpar;
  const AVCodecParameters& b = *run.stream(TrackKind::audio)->codecpar;
  std::string found = codec_difference(a, b);
  if (found.empty() && first.container().starts_with("mov") && !same_header(a, b))
    found = "another codec header";
  return found.empty() ? "" : run.name() + ": " + found;
}

std::string difference(const RunSource& first, const RunSource& run, bool mixed) {
  for (const TrackKind kind : {TrackKind::video, TrackKind::audio}) {
    const AVStream* a = first.stream(kind);
    const AVStream* b = run.stream(kind);
    if (b == nullptr) continue;  // a hole in the track, not a new one
    if (a == nullptr)
      return kind == TrackKind::video ? "pictures where there were none" : "sound where there was none";
    if (first.container(kind) != run.container(kind))
      return "container " + run.container(kind) + " after " + first.container(kind);
    if (mixed && kind == TrackKind::video && may_bring_parameters(*a->codecpar) &&
        may_bring_parameters(*b->codecpar))
      continue;
    std::string found = codec_difference(*a->codecpar, *b->codecpar);
    if (!found.empty()) return found;
    const bool parameters_in_header_only = first.container(kind).starts_with("mov");
    if (parameters_in_header_only && !same_header(*a->codecpar, *b->codecpar)) return "another codec header";
  }
  return "";
}

}  // namespace rec::media
