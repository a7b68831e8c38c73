// Wishes, in order, against what is on offer.
#include "capture/variant_choice.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <tuple>

namespace rec::capture {
namespace {

struct CodecName {
  std::string_view begins;  ///< of a CODECS entry
  std::string_view family;
};
constexpr std::array<CodecName, 8> kCodecNames{{{"avc1", "h264"},
                                                {"avc3", "h264"},
                                                {"hvc1", "h265"},
                                                {"hev1", "h265"},
                                                {"dvh1", "h265"},
                                                {"av01", "av1"},
                                                {"vp09", "vp9"},
                                                {"vp9", "vp9"}}};

/// h264 also where nothing is said.
std::string_view video_family(std::string_view codecs) {
  for (std::string_view rest = codecs; !rest.empty();) {
    const auto one = next_wish(rest);
    for (const auto& [begins, family] : kCodecNames)
      if (one.starts_with(begins)) return family;
  }
  return codecs.find("mp4v") != std::string_view::npos ? "mpeg4" : "h264";
}

/// 0 = not wanted; the first of the list is the highest.
int codec_rank(const Variant& variant, std::string_view wanted) {
  const auto family = video_family(variant.codecs);
  int rank = 100;
  for (std::string_view rest = wanted; !rest.empty(); --rank) {
    const auto one = next_wish(rest);
    if (one == family || (one == "hevc" && family == "h265") || (one == "avc1" && family == "h264"))
      return rank;
  }
  return 0;
}

/// "1080p60 (source)" -> "1080p60"
std::string_view bare_name(std::string_view name) { return trimmed(name.substr(0, name.find(" ("))); }

bool meets_height(const Variant& variant, std::string_view wish) {
  const auto p = wish.find('p');
  const auto height = leading_integer(wish);
  if (p == std::string_view::npos || !height || *height != variant.height) return false;
  const auto rate = leading_integer(wish.substr(p + 1));
  return !rate || variant.frame_rate == 0 || std::abs(variant.frame_rate - static_cast<double>(*rate)) < 6;
}

bool is_audio_wish(std::string_view wish) { return wish == "audio" || wish == "audio_only"; }

bool meets(const Variant& variant, std::string_view wish) {
  if (is_audio_wish(wish)) return variant.audio_only;
  if (variant.audio_only) return false;
  if (wish == "source" || wish == "chunked") return variant.source;
  return variant.name == wish || bare_name(variant.name) == wish || meets_height(variant, wish);
}

/// All of them, the best first.
std::vector<std::size_t> ranked(const std::vector<Variant>& variants, std::string_view codecs) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < variants.size(); ++i) out.push_back(i);
  const auto rank = [&](std::size_t index) {
    const auto& one = variants[index];
    const int codec = one.audio_only ? 0 : codec_rank(one, codecs);
    return std::tuple(!one.audio_only, codec > 0, one.source, one.height, one.frame_rate, codec,
                      one.bandwidth);
  };
  std::sort(out.begin(), out.end(),
            [&](std::size_t a, std::size_t b) { return rank(a) != rank(b) ? rank(a) > rank(b) : a < b; });
  return out;
}

}  // namespace

std::string_view next_wish(std::string_view& list) {
  const auto end = std::min(list.size(), list.find(','));
  const auto wish = trimmed(list.substr(0, end));
  list.remove_prefix(std::min(list.size(), end + 1));
  return wish;
}

Picture picture_of(const Variant& variant) {
  return {variant.width, variant.height, spoken_rate(variant.frame_rate)};
}

bool wants_audio(std::string_view preference) { return is_audio_wish(next_wish(preference)); }

std::vector<std::size_t> choose_variants(const std::vector<Variant>& variants, std::string_view preference,
                                         std::string_view codecs) {
  const auto order = ranked(variants, codecs);
  const bool small = wants_audio(preference);
  std::vector<std::size_t> chosen;
  const auto take = [&](std::size_t index) {
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  };
  const auto has_video = [&](std::size_t index) { return !variants[index].audio_only; };
  while (!preference.empty()) {
    const auto wish = next_wish(preference);
    if (wish == "best") break;
    if (wish == "worst") {
      const auto last = std::find_if(order.rbegin(), order.rend(), has_video);
      if (last != order.rend()) take(*last);
      continue;
    }
    for (const auto index : order)
      if (meets(variants[index], wish)) take(index);
  }
  const auto rest = small ? std::vector<std::size_t>(order.rbegin(), order.rend()) : order;
  for (const auto index : rest)
    if (has_video(index)) take(index);
  return chosen.empty() ? order : chosen;
}

const Rendition* audio_rendition(const MultivariantPlaylist& playlist, std::string_view group) {
  const auto original = [](const Rendition& one) {
    std::string name(one.name);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name.find("original") != std::string::npos;
  };
  const auto rank = [&](const Rendition& one) {
    return std::tuple(original(one), one.is_default, one.autoselect);
  };
  const Rendition* best = nullptr;
  for (const auto& one : playlist.renditions) {
    if (one.type != "AUDIO" || one.group != group) continue;
    if (best == nullptr || rank(one) > rank(*best)) best = &one;
  }
  return best;
}

}  // namespace rec::capture
