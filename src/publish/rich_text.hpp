// Text as Telegram counts it: UTF-16 units, cut so that the marker survives.
#pragma once
#include <cstddef>
#include <string_view>

#include "ports/publisher.hpp"

namespace rec {

/// Length in UTF-16 units of valid UTF-8; a stray byte counts as one.
std::size_t utf16_length(std::string_view utf8);

/// The longest prefix, in bytes, of at most `units` UTF-16 units that ends between code points.
std::size_t utf16_prefix(std::string_view utf8, std::size_t units);

/// True when the marker stands in the text as a word of its own, not as part of a longer one.
bool has_marker(std::string_view text, std::string_view marker);

/// The tag (#word) that the text ends with, "" when there is none: where a marker stands.
std::string_view closing_tag(std::string_view text);

/// Valid UTF-8: every byte that belongs to no character, unpaired surrogates too, becomes U+FFFD. Bold spans
/// begin and end between characters and within the text.
RichText clean_text(RichText text);

/// The text, cleaned, within `limit` UTF-16 units: what is too much is cut before the line that holds the
/// marker, and an ellipsis put there. A marker that does not stand in the text is added as a last line. Bold
/// spans are cut along.
RichText fit_text(RichText text, std::string_view marker, std::size_t limit);

}  // namespace rec
