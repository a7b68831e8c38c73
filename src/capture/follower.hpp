// Follows a live playlist: opens it, loads it again on schedule, has the planner say what is new, queues
// that, and knows when the broadcast is over.
//
// Silence is never an end. When a playlist brings nothing new for max(3 target durations, 10 s), or is denied
// or gone, the page is resolved again beside the loading:
//
// - Live under another URL: that URL is opened; the old one is kept until the new one has loaded.
//
// - Live under the same URL: it goes on, or the next best quality does when this one is gone.
//
// - Offline, and nothing new meanwhile: what is queued is drained, then `offline`. The page is asked twice if
// the playlist still answers. One that cannot be reached may still list the last segments: it is tried for a
// minute more.
//
// - Denied or cannot be resolved: `denied` or `failed`, unless the playlist goes on.
//
// - No answer: asked again with backoff up to 30 s, for as long as it takes. A broken network must not end a
// recording, and whoever knows better cancels.
//
// A playlist that is its own page can only be asked itself: when it answers but has brought nothing new for
// max(10 target durations, 60 s), or is not found for max(3 target durations, 15 s), that is `offline`.
//
// What is wanted more may come to be on offer later: the page is asked again after minutes, and where
// something better is listed and did not open, every half an hour (better_quality.hpp). It takes over as a
// rolled URL does, once one of its segments can be had.
//
// URLs are rolled after four fifths of their life: the page is resolved, and the new playlist loaded beside
// the old one until it shows a segment that is no ad and goes on where we are. URLs that are refused within
// two minutes of their opening are resolved anew three times in ten minutes, by another client each time;
// then, if they are refused for half a minute at least, it is `denied`, and another backend is asked for, as
// it is when the page has no playlist for us. What did not open is tried again every two seconds, beside
// that.
//
// EXT-X-ENDLIST of a playlist that was seen live is believed when it still stands after two target durations
// (2 s to 10 s): `endlist`, once all is drained.
#pragma once
#include <memory>

#include "capture/take.hpp"

namespace rec::capture {

/// What the Take's page is resolved with now.
ResolveRequest resolve_request_of(const Take& take);

/// Sets Take::end sooner or later; never returns.
asio::awaitable<void> follow_playlist(std::shared_ptr<Take> take);

/// Serves Take::resolve_wanted, one resolve at a time; never returns.
asio::awaitable<void> resolve_on_demand(std::shared_ptr<Take> take);

}  // namespace rec::capture
