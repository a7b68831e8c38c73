// Which variant of a multivariant playlist is recorded, and which sound belongs to it. Pure.
#pragma once
#include <string_view>
#include <vector>

#include "capture/playlist.hpp"
#include "core/picture.hpp"

namespace rec::capture {

/// Indexes into `variants`: the one to record first, then what to try when it cannot be had.
///
/// `preference` is a list, "1080p60,720p60,best". A wish is a variant's name ("1080p60", "source"),
/// `<height>p` with or without a frame rate, `best`, `worst` or `audio` (also `audio_only`); a wish that
/// nothing meets is passed over, and what follows the wishes is `best`, but after `audio` the smallest
/// picture. best: the source (not a transcode), else the tallest, then the highest frame rate, then
/// bandwidth. Variants without video serve only `audio`, or when there is nothing else.
///
/// `codecs` is a list of h264, h265 (hevc), av1 and vp9: variants in others come last, and between equal ones
/// the order of the list decides.
std::vector<std::size_t> choose_variants(const std::vector<Variant>& variants, std::string_view preference,
                                         std::string_view codecs = "h264");

/// What it is announced to show.
Picture picture_of(const Variant& variant);

/// The first wish of the list is sound alone.
bool wants_audio(std::string_view preference);

/// Of an AUDIO group the rendition to record: the original language where one says so, else the default, else
/// one that may be chosen by itself, else the first. Null: no such group. Without a `url` it is in the
/// variants themselves.
const Rendition* audio_rendition(const MultivariantPlaylist& playlist, std::string_view group);

/// What stands before the first comma, without blanks; `list` then begins behind it.
std::string_view next_wish(std::string_view& list);

}  // namespace rec::capture
