// Wishes, in order, against what is on offer.
#include "capture/variant_choice.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace rec::capture {
namespace {

bool is_h264(const Variant& variant) {
  return variant.codecs.empty() || variant.codecs.find("avc1") != std::string::npos ||
         variant.codecs.find("avc3") != std::string::npos;
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

bool meets(const Variant& variant, std::string_view wish) {
  if (wish == "audio_only") return variant.audio_only;
  if (variant.audio_only) return false;
  if (wish == "source" || wish == "chunked") return variant.source;
  return variant.name == wish || bare_name(variant.name) == wish || meets_height(variant, wish);
}

}  // namespace

std::vector<std::size_t> choose_variants(const std::vector<Variant>& variants, std::string_view preference) {
  std::vector<std::size_t> ranked;
  for (std::size_t i = 0; i < variants.size(); ++i) ranked.push_back(i);
  const bool some_h264 = std::any_of(variants.begin(), variants.end(),
                                     [](const Variant& one) { return !one.audio_only && is_h264(one); });
  const auto rank = [&](std::size_t index) {
    const auto& one = variants[index];
    return std::tuple(!one.audio_only, !some_h264 || is_h264(one), one.source, one.height, one.frame_rate,
                      one.bandwidth);
  };
  const auto better = [&](std::size_t a, std::size_t b) {
    return rank(a) != rank(b) ? rank(a) > rank(b) : a < b;
  };
  std::sort(ranked.begin(), ranked.end(), better);

  std::vector<std::size_t> chosen;
  const auto take = [&](std::size_t index) {
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  };
  while (!preference.empty()) {
    const auto wish = trimmed(preference.substr(0, preference.find(',')));
    preference.remove_prefix(std::min(preference.size(), preference.find(',') == std::string_view::npos
                                                             ? preference.size()
                                                             : preference.find(',') + 1));
    if (wish == "best") break;
    if (wish == "worst") {
      const auto video = [&](std::size_t index) { return !variants[index].audio_only; };
      const auto last = std::find_if(ranked.rbegin(), ranked.rend(), video);
      if (last != ranked.rend()) take(*last);
      continue;
    }
    for (const auto index : ranked)
      if (meets(variants[index], wish)) take(index);
  }
  for (const auto index : ranked)
    if (!variants[index].audio_only) take(index);
  if (chosen.empty()) return ranked;
  return chosen;
}

}  // namespace rec::capture
