// Advertisements that are stitched into a live playlist (Twitch), and the discontinuities around them. Pure.
//
// Twitch says an ad three ways: an EXT-X-DATERANGE of CLASS "twitch-stitched-ad" or ID "stitched-ad-…" that
// covers the segment's time, and an EXTINF title with "Amazon" in it. A date range without an end lasts on.
// CLASS "twitch-ad-quartile" marks a moment within an ad and says nothing of its own.
#pragma once
#include <vector>

#include "capture/playlist.hpp"

namespace rec::capture {

/// What stands around each segment, in the order of the playlist.
struct SegmentMark {
  bool ad = false;
  /// EXT-X-DISCONTINUITY stood before it. Twitch also writes one between segments that follow each other
  /// without a seam: there only those at the edge of an ad, or with another initialization section, are
  /// believed.
  bool discontinuity = false;
};
std::vector<SegmentMark> marks_of(const MediaPlaylist& playlist);

}  // namespace rec::capture
