// Which variant of a multivariant playlist is recorded. Pure.
#pragma once
#include <string_view>
#include <vector>

#include "capture/playlist.hpp"

namespace rec::capture {

/// Indexes into `variants`: the one to record first, then what to try when it cannot be had.
///
/// `preference` is a list, "1080p60,720p60,best". A wish is a variant's name ("1080p60", "source"),
/// `<height>p` with or without a frame rate, `best`, `worst` or `audio_only`; a wish that nothing meets is
/// passed over, and what follows the wishes is `best`. best: the source (not a transcode), else the tallest,
/// then the highest frame rate, then bandwidth. Variants without video serve only `audio_only`, or when there
/// is nothing else. Where some variant is H.264, those in other codecs come last.
std::vector<std::size_t> choose_variants(const std::vector<Variant>& variants, std::string_view preference);

}  // namespace rec::capture
