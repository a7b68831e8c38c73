// What makes a segment the same segment under another URL. Pure.
//
// The rule, in this order:
// 1. YouTube: a path with `/id/<video>.<n>/` and `/sq/<N>/` is `yt:<video>.<n>/<N>`. All else in such a URL
// changes
//    with every resolve. `n` counts the encoder's starts, so sq 0 of the next start is another segment.
// 2. Otherwise the whole path, without scheme, host and query (hosts are edges, queries are tokens), and
// without path
//    components that are tokens (`hdnts=…`, `exp=…~hmac=…`, `;jsessionid=…`). The directory counts: encoders
//    reuse names like seg0.ts when they start anew.
// 3. When two different URLs of one playlist would thus be the same, their queries are what tells them apart:
// then the
//    query counts, too, less the parameters that are known to be tokens.
// 4. A byte range is part of the identity.
// A directory or a name longer than 64 bytes (Twitch) is replaced by its SHA-256.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "capture/playlist.hpp"

namespace rec::capture {

/// The identity of each segment, in the order of the playlist.
std::vector<std::string> identities_of(const MediaPlaylist& playlist);

/// Rules 1, 2 and 4 for one URL; with `keep_query` rule 3.
std::string identity_of(std::string_view url, const std::optional<ByteRange>& range = {},
                        bool keep_query = false);

/// The identity without its last component: two segments with different stems are of different runs of an
/// encoder.
std::string_view identity_stem(std::string_view identity);

}  // namespace rec::capture
